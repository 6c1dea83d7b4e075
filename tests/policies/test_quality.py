"""Marks of poor dialogue that a program can see."""

import pytest

from r2s.documents.foreknowledge import foreknown
from r2s.documents.grams import said_before
from r2s.documents.tells import names_the_document
from r2s.models.prompt import Line
from r2s.policies.acceptance import Acceptance
from r2s.policies.quality import copied_share, echo_share, is_goodbye, names_subject
from tests.conftest import lighthouse

ZH = {
    "id": "灯塔",
    "title": "斯凯里灯塔",
    "lang": "zh",
    "text": "斯凯里灯塔由工程师马尔于1844年建成。塔身用花岗岩砌成，高48米。",
}


@pytest.mark.parametrize(
    "text",
    [
        "According to the passage, it was built in 1844.",
        "The document says that it is tall.",
        "As mentioned in the text, nobody lived there.",
        "Does the provided information cover this?",
    ],
)
def test_talk_of_the_text_is_seen_in_english(text: str) -> None:
    assert names_the_document(text, "en")


@pytest.mark.parametrize(
    "text",
    ["The text of the treaty was signed in Rome.", "She wrote an article in the paper.", "He read a passage aloud."],
)
def test_texts_as_things_are_no_flaw(text: str) -> None:
    assert not names_the_document(text, "en")


@pytest.mark.parametrize("text", ["文中说它很高。", "根据资料，它建于1844年。", "本文没有提到。", "这篇文章写了什么？"])
def test_talk_of_the_text_is_seen_in_chinese(text: str) -> None:
    assert names_the_document(text, "zh")


@pytest.mark.parametrize("text", ["他在论文中写过。", "英文中也有这个词。", "日本文化很有意思。", "这份工作不轻松。"])
def test_compounds_with_the_same_signs_are_no_flaw(text: str) -> None:
    assert not names_the_document(text, "zh")


def test_a_word_of_the_document_is_foreknowledge_until_somebody_has_said_it() -> None:
    document = lighthouse()

    assert foreknown("Why granite?", document, ["the Skerry lighthouse"]) == {"granit"}
    assert foreknown("Why granite?", document, ["It is of grey granite."]) == set()
    assert foreknown("Why was it built of stone?", document, []) == set()


def test_foreknowledge_is_seen_in_chinese() -> None:
    document = lighthouse(**ZH)

    assert "花岗岩" in foreknown("为什么用花岗岩？", document, ["斯凯里灯塔"])
    assert foreknown("它是什么时候建的？", document, ["斯凯里灯塔"]) == set()


def test_first_words_must_name_the_subject() -> None:
    assert names_subject("What do you know about that old lighthouse?", "Skerry lighthouse", "en")
    assert not names_subject("How high is it?", "Skerry lighthouse", "en")
    assert not names_subject("It is a lighthouse, isn't it?", "Skerry lighthouse", "en")
    assert names_subject("听说过斯凯里灯塔吗？", "斯凯里灯塔", "zh")
    assert not names_subject("它有多高？", "斯凯里灯塔", "zh")


def test_reciting_is_measured_in_runs_of_words() -> None:
    text = lighthouse().text

    assert copied_share("The Skerry lighthouse was built in 1844 by Alan Marr.", text, "en") == 1
    assert copied_share("Alan Marr put it up in the eighteen-forties, on bare rock.", text, "en") == 0
    assert copied_share("斯凯里灯塔由工程师马尔于1844年建成。", ZH["text"], "zh") == 1
    assert copied_share("它是一位叫马尔的工程师造的。", ZH["text"], "zh") == 0


def test_an_echo_is_what_was_said_before() -> None:
    said = ["The lamp burned whale oil until the eighties."]

    assert echo_share("The lamp burned whale oil until the eighties.", said, "en") == 1
    assert echo_share("A storm broke three of its windows.", said, "en") == 0


def test_the_same_question_in_another_order_is_the_same_question() -> None:
    assert said_before("When was it built?", ["when was it built ?"])
    assert not said_before("Who built it?", ["When did it burn down?"])


def test_goodbyes_are_seen() -> None:
    assert is_goodbye("Thanks, goodbye!", "en")
    assert is_goodbye("好的，再见。", "zh")
    assert not is_goodbye("That was a good buy.", "en")


def test_a_flaw_that_is_asked_again_comes_with_its_detail() -> None:
    acceptance, document = Acceptance(), lighthouse()

    flaws = acceptance.of_user("Why granite?", document, [Line("user", "Hello, Skerry lighthouse!")], "")

    assert set(flaws) == {"foreknowledge"}
    assert "granit" in acceptance.complaints(flaws, "en")[0]
    assert not acceptance.refuses(flaws)


def test_copying_is_recorded_but_not_asked_again() -> None:
    acceptance, document = Acceptance(), lighthouse()

    flaws = acceptance.of_reply(document.text[:60], document, [], 0, [])

    assert set(flaws) == {"copied"}
    assert acceptance.complaints(flaws, "en") == ()


def test_what_the_cast_lets_the_user_know_is_no_foreknowledge() -> None:
    document = lighthouse()

    flaws = Acceptance().of_user("Is the Skerry lighthouse of granite?", document, [], "has seen granite there")

    assert flaws == {}


@pytest.mark.parametrize(("language", "most"), [("en", 10), ("zh", 15)])
def test_a_reply_is_too_long_by_the_words_or_characters_that_people_count(language: str, most: int) -> None:
    acceptance, document = Acceptance(max_words=10), lighthouse(lang=language)
    text = {"en": "so, ", "zh": "好，"}[language]
    longest = acceptance.longest(language)

    assert longest == most
    assert "too-long" not in acceptance.of_reply(text * most, document, [], 0, [], longest)
    assert acceptance.of_reply(text * (most + 1), document, [], 0, [], longest)["too-long"] == str(most)
    assert Acceptance(max_words=None).longest(language) is None
