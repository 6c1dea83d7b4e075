"""Questions of the baseline's English that ask for one phrase of what the passage says."""

import pytest

from r2s.documents.document import Document
from r2s.documents.foreknowledge import foreknown
from r2s.documents.passages import split_passages
from r2s.documents.subject import subject_of
from r2s.models.extractive.english.clause_parts import clause_in
from r2s.models.extractive.english.language import English
from r2s.models.prompt import Line

HEARD = "The tower of Marrow stands on a rock. The tower was praised by sailors."


def asked(fact: str, heard: str = HEARD, title: str = "Marrow Tower") -> list[str]:
    """What a user may ask before `fact` is told, after the sentences of `heard` have been."""
    text = f"{heard} {fact}".strip()
    document = Document(id="d", title=title, lang="en", source="test", text=text, passages=split_passages(text, "en"))
    lines = [Line("user", f"Tell me about the {title}."), Line("assistant", heard)] if heard else []
    moves = English().moves(document, document.passages[-1], lines)
    said = [move.says for move in moves if move.type == "question-answer"]
    assert not any(foreknown(says, document, [subject_of(document), *(line.text for line in lines)]) for says in said)
    return said


@pytest.mark.parametrize(
    ("fact", "question"),
    [
        ("At least 7,000 school buildings were destroyed in 1871.", "How many school buildings were destroyed?"),
        ("The tower holds 151 steps of stone.", "How many steps does the tower hold?"),
        ("The tower is 48 metres high and made of stone.", "How high is the tower?"),
        ("The tower was designed by Ada Finch in 1871.", "Who designed the tower?"),
        ("The tower was opened in 1871 by the queen of Norland.", "When was the tower opened?"),
        ("In 1903 the tower collapsed during the night.", "When did the tower collapse?"),
        ("The tower was built near Port Ellery by monks.", "Where was the tower built?"),
        ("The tower was closed because of a fire in the kitchen.", "Why was the tower closed?"),
        ("The tower was saved by raising money from sailors.", "How was the tower saved?"),
        ("The tower is known for its bells and its garden.", "What is the tower known for?"),
        ("The tower was called Old Margaret by the sailors.", "What was the tower called?"),
        ("The tower covers about 12 square kilometres of land.", "How large an area does the tower cover?"),
        ("The tower earned $40,000 in its first year.", "How much did the tower earn?"),
    ],
)
def test_a_phrase_of_the_clause_is_asked_for_by_its_grammar(fact: str, question: str):
    assert question in asked(fact)


def test_nobody_asks_by_a_name_or_a_rare_word_that_was_not_said_before():
    assert not any(
        "Ottoline" in says or "codicil" in says for says in asked("The codicil of Ottoline was signed in 1820.")
    )


def test_a_clause_that_is_denied_is_not_asked_about():
    assert clause_in("The tower was not opened in 1871.") is None


def test_a_date_inside_a_state_is_not_asked_for_with_when():
    assert not any(says.startswith("When") for says in asked("The tower had a strong lamp in 1871."))


def test_a_tower_that_something_else_was_built_by_is_no_person():
    assert not any(says.startswith("Who") for says in asked("The tower was closed by 1950 for good reasons."))


def test_an_expletive_it_is_neither_replaced_nor_asked_about():
    text = "In Marrow, it is said that the tower never sleeps."
    document = Document(
        id="d", title="Marrow Tower", lang="en", source="test", text=text, passages=split_passages(text, "en")
    )

    replies = {reply for move in English().moves(document, document.passages[0], []) for reply in move.replies}

    assert any("it's said that" in reply or "it is said that" in reply for reply in replies)
    assert not any("Tower is said" in reply for reply in replies)
    assert not any(says.startswith("What is it said") for says in asked(text))


def test_a_first_question_does_not_know_what_somebody_did():
    said = asked("Ada Finch announced the sale of her house in 1880.", heard="", title="Ada Finch")

    assert "What did Finch announce?" not in said
    assert not any(says.startswith("When did") for says in said)


def test_what_somebody_has_been_is_not_asked_for_as_a_definition():
    said = asked("Ada Finch has been a keeper of towers for many years.", heard="", title="Ada Finch")

    assert not any(says.startswith(("Who has", "What has")) for says in said)
