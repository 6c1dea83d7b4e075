"""Forms filled in line by line."""

from typing import Any

from r2s.agents.candidate import DraftAnswer
from r2s.agents.planner import PlanAnswer
from r2s.agents.reviewer import ReviewAnswer
from r2s.agents.user import UserAnswer
from r2s.cli.filling import Asking, fill, mend
from r2s.models.desk.question import Fault
from tests.models.desk.test_form import form_of


def typed(asking: Asking, *lines: str) -> tuple[Any, list[str]]:
    """The answer that these lines make, and what was asked."""
    prompts = [next(asking)]
    try:
        for line in lines:
            prompts.append(asking.send(line))
    except StopIteration as end:
        return end.value, prompts
    raise AssertionError(f"more is asked: {prompts[-1]}")


def test_a_text_and_a_flag() -> None:
    answer, prompts = typed(fill([*form_of(UserAnswer).values()]), "  What of the lamp? ", "")

    assert answer == {"text": "What of the lamp?", "closes": False}
    assert "what the user says" in prompts[0]


def test_a_review_of_each_draft() -> None:
    fields = form_of(ReviewAnswer, reviews=[{"draft": "A"}, {"draft": "B"}], ranking=["A", "B"])
    one = ("too dry", "", "say why", "3", "4", "5", "2", "3", "4", "pos")

    answer, prompts = typed(fill([*fields.values()]), *one, *one, "b, a")

    first, second = ReviewAnswer.model_validate(answer).reviews
    assert (first.draft, first.weaknesses, first.accuracy, first.vote) == ("A", ["too dry"], 5, "positive")
    assert second.draft == "B"
    assert answer["ranking"] == ["B", "A"]
    assert "draft A" in prompts[0]


def test_what_cannot_be_is_asked_for_again() -> None:
    fields = form_of(ReviewAnswer, reviews=[{"draft": "A"}], ranking=["A"])
    lines = ("", "", "much", "9", "4", "4", "4", "4", "4", "4", "maybe", "2", "C", "A")

    answer, prompts = typed(fill([*fields.values()]), *lines)

    assert answer["reviews"][0]["vote"] == "negative"
    said = "\n".join(prompts)
    for complaint in ("'much' is no number", "9 is out of range", "'maybe' is none of them", "Name each of them once"):
        assert complaint in said


def test_entries_are_added_as_long_as_there_are_more() -> None:
    answer, _ = typed(fill([*form_of(DraftAnswer).values()]), "It burned oil.", "y", "p4", "burned whale oil", "n")
    bare, _ = typed(fill([*form_of(DraftAnswer).values()]), "Nobody knows.", "")

    assert answer["citations"] == [{"passage": "p4", "quote": "burned whale oil"}]
    assert bare == {"text": "Nobody knows.", "citations": []}


def test_lists_of_words_and_a_choice_by_its_number() -> None:
    answer, _ = typed(fill([*form_of(PlanAnswer).values()]), "3", "p1", "p2", "", "", "they talk", "")

    assert PlanAnswer.model_validate(answer).type == "statement-inquiry"
    assert (answer["target"], answer["key_phrases"], answer["purpose"]) == (["p1", "p2"], [], "")


def test_only_what_has_faults_is_asked_for_again() -> None:
    fields = [*form_of(UserAnswer).values()]
    faults = [Fault(place=("text",), message="Input should be a valid string")]

    answer, prompts = typed(mend(fields, {"text": 3, "closes": True}, faults), "What of the lamp?")

    assert answer == {"text": "What of the lamp?", "closes": True}
    assert "text: Input should be a valid string" in prompts[0]


def test_a_fault_of_the_whole_asks_for_the_whole() -> None:
    fields = [*form_of(UserAnswer).values()]

    answer, _ = typed(mend(fields, {"text": "x"}, [Fault(place=(), message="no")]), "Another", "y")

    assert answer == {"text": "Another", "closes": True}
