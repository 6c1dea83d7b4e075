"""How much of what is said has evidence, in which mix of types, with what words of a list."""

from collections import Counter
from pathlib import Path

import pytest

from r2s.errors import ConfigError
from r2s.evaluation.grounding import grounding_figures
from r2s.evaluation.logic_mix import mix_figures, target_of
from r2s.evaluation.word_lists import WordList
from r2s.trees.node import LogicType
from tests.evaluation.dialogues import chinese, dialogue, nothing


def test_sentences_stand_on_the_quotes_of_their_own_reply() -> None:
    said = (
        "How big?",
        "The tower is 48 metres high. Whales sing beautiful songs under polar ice. Shall I go on?",
        "Why granite?",
        "Softer stone had been washed away.",
    )
    quotes = ("Its tower is 48 metres high and holds 151 steps.", None)

    figures = grounding_figures(dialogue(*said, quotes=quotes))

    assert figures["grounded_replies"] == 0.5
    assert figures["grounded_sentences"] == pytest.approx(1 / 3, abs=1e-4)


def test_chinese_sentences_are_grounded_too() -> None:
    said = ("多高？", "塔身有48米高。鲸鱼在极地冰下歌唱。")

    assert grounding_figures(dialogue(*said, document=chinese(), quotes=("塔身高48米",)))["grounded_sentences"] == 0.5


def test_without_a_document_nothing_can_be_grounded() -> None:
    figures = grounding_figures(dialogue("a", "b", document=nothing()))

    assert figures == {"grounded_replies": None, "grounded_sentences": None}


def test_the_mix_is_as_far_from_its_target_as_turns_would_have_to_change() -> None:
    counts: Counter[LogicType] = Counter({"question-answer": 3, "opinion-rebuttal": 1})

    figures = mix_figures(counts, {"question-answer": 0.5, "opinion-agreement": 0.5})

    assert figures["shares"]["question-answer"] == 0.75
    assert figures["distance"] == 0.5
    assert mix_figures(counts, None)["distance"] is None
    assert mix_figures(Counter(), {"question-answer": 1.0})["distance"] is None


def test_the_target_is_the_one_that_the_run_was_held_to(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("policies: {logic: {kind: mix, shares: {question-answer: 3, opinion-rebuttal: 1}}}\n", "utf-8")
    assert target_of(config) == {"question-answer": 0.75, "opinion-rebuttal": 0.25}

    config.write_text("policies: {logic: {kind: free}}\n", "utf-8")
    assert target_of(config) is None
    assert target_of(tmp_path / "none.yaml") is None


def test_listed_words_are_found_whole_in_any_case_and_script(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("\ufeff# not these\ndamn\nson of a gun\n\n混蛋\nC++\n", encoding="utf-8")
    words = WordList.read(path)

    assert words.found("Damn! What a dam, damned  be the Son of\na  gun.") == ["damn", "son of a gun"]
    assert words.found("你這個混蛋，damn它") == ["混蛋", "damn"]
    assert words.found("he writes C++ code") == ["c++"]
    assert words.found("混 蛋") == []


@pytest.mark.parametrize(("content", "said"), [(None, "cannot be read"), ("# only\n", "has no word")])
def test_a_list_that_is_none_is_an_error(content: str | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError, match=said):
        WordList.read(path)
