"""The ten properties by rule, on dialogues made to have each fault and to be free of it."""

import pytest

from r2s.evaluation.personas import persona_figures
from r2s.evaluation.properties import PROPERTIES, Bound, rule_figures
from r2s.samples.dialogue import Dialogue
from tests.conftest import LIGHTHOUSE, lighthouse
from tests.evaluation.dialogues import cast, chinese, dialogue, nothing

GOOD = dialogue(
    "I have to give a short talk next week about the Skerry lighthouse. How big is it?",
    "About as high as a building of fifteen floors, so that ships see its light from far away.",
    "So people at the talk could picture a town hall next to it.",
    "They could, because both are near fifty metres.",
    "Would I bore them with what it is made of? I want to begin with something odd.",
    "Not at all: the sea ate the first walls, since that rock was too soft.",
    cast=cast(),
    types=("question-answer", "statement-explanation", "question-answer"),
)


def test_a_good_dialogue_is_within_every_bound_that_rules_can_tell() -> None:
    figures = rule_figures(GOOD)

    wrong = [
        bound.figure
        for each in PROPERTIES
        for bound in each.by_rule
        if (value := figures[bound.figure]) is not None and not bound.holds(value)
    ]
    assert set(wrong) <= {"questions", "largest_type"}
    assert figures["foreknowledge"] == 0
    assert figures["goal_named"] == 1
    assert figures["goal_returns"] == 2
    assert figures["questions"] == pytest.approx(2 / 3, abs=1e-4)


@pytest.mark.parametrize(
    ("figure", "given", "value"),
    [
        ("foreknowledge", dialogue("Was the Skerry lighthouse built by Alan Marr?", "Yes."), 1),
        ("foreknowledge", dialogue("Who built the Skerry lighthouse?", "Alan Marr.", "Who was Marr?", "A man."), 0),
        ("foreknowledge", dialogue("斯凯里灯塔为什么用花岗岩？", "软石不行。", document=chinese()), 1),
        ("names_source", dialogue("What of the Skerry lighthouse?", "According to the text, it is high."), 0.5),
        ("subject_named", dialogue("It is high?", "Yes."), 0),
        ("subject_named", dialogue("斯凯里灯塔高吗？", "很高。", document=chinese()), 1),
        ("copied", dialogue("What of the lighthouse?", LIGHTHOUSE), 1),
        ("copied", dialogue("What of the lighthouse?", "A lamp on a rock, run from far off by a machine."), 0),
        ("gives_reasons", dialogue("Why?", "Because of the sea.", "And?", "It is grey."), 0.5),
        ("goal_named", dialogue("How high is the lighthouse?", "High.", cast=cast()), 0),
        ("goal_returns", dialogue("How high is the lighthouse?", "High.", cast=cast()), 0),
        ("dodges", dialogue("How old?", "I have no information on that.", "How high?", "48 metres."), 0.5),
        ("questions", dialogue("How old?", "Old.", "I see.", "Yes."), 0.5),
        ("questions", dialogue("塔有多高？", "高。", "真高。", "对。", document=chinese()), 0.5),
        ("asks_twice", dialogue("How old?", "Do you mean the tower? Or the lamp?", "The lamp.", "Old. Why?"), 0.5),
        ("asked_again", dialogue("How high is the tower?", "48.", "How high, the tower is?", "48."), 0.5),
        ("echoed", dialogue("How?", "The tower is very high indeed.", "So?", "The tower is very high indeed."), 1),
        ("only_agrees", dialogue("The tower is high.", "Yes, the tower is high."), 1),
        ("sums_up", dialogue("And?", "To sum up, it is old and high."), 1),
        ("moralises", dialogue("And?", "It stands there still, old and grey, a testament to courage."), 1),
        ("moralises", dialogue("And?", "A testament to courage, some say. But mostly it is just a lamp on a rock."), 0),
        (
            "largest_type",
            dialogue("a?", "b", "c", "d", "e?", "f", types=("question-answer", "opinion-rebuttal", "question-answer")),
            pytest.approx(2 / 3, abs=1e-4),
        ),
        ("largest_type", dialogue("a?", "b"), None),
    ],
)
def test_a_fault_shows_in_its_figure(figure: str, given: Dialogue, value: float | None) -> None:
    assert rule_figures(given)[figure] == value


def test_a_hedge_of_the_document_that_the_reply_drops_is_lost() -> None:
    document = lighthouse(text="The tower was perhaps built in 1844. It has 151 steps.", id="h")
    said = ("When?", "In 1844.", "When exactly?", "Maybe in 1844.", "How many steps?", "151.")
    quotes = ("perhaps built in 1844", "perhaps built in 1844", "It has 151 steps.")

    assert rule_figures(dialogue(*said, document=document, quotes=quotes))["hedges_lost"] == 0.5
    assert rule_figures(dialogue(*said, document=document))["hedges_lost"] is None
    lost = dialogue("为什么？", "软石被冲走了。", document=chinese(), quotes=("据说马尔因为软石两次被海浪冲走",))
    assert rule_figures(lost)["hedges_lost"] == 1


def test_without_a_document_nothing_is_said_of_it() -> None:
    figures = rule_figures(dialogue("How high?", "High.", document=nothing()))

    for name in ("foreknowledge", "subject_named", "copied", "goal_named", "goal_returns"):
        assert figures[name] is None
    assert figures["questions"] == 1


def test_persona_lapses_are_counted_by_turn() -> None:
    given = dialogue(
        "For my talk next week: was the lighthouse built by Alan Marr?",
        "Yes, in 1844.",
        "Great question! I'm happy to help you with the talk.",
        "Thank you.",
        "So how high is it?",
        "48 metres.",
        cast=cast(),
    )

    assert persona_figures(given) == {
        "persona_goal_lost": 0,
        "persona_knows_too_much": 1,
        "persona_slips": 1,
        "persona_lapses": 2,
    }
    assert set(persona_figures(dialogue("How high?", "High.")).values()) == {None}


def test_a_goal_that_never_comes_back_is_lost() -> None:
    given = dialogue("For my talk next week: how high is the lighthouse?", "High.", "How old?", "Old.", cast=cast())

    assert persona_figures(given)["persona_goal_lost"] == 1


def test_a_goal_is_followed_in_chinese() -> None:
    goal = "下周要做一个关于斯凯里灯塔的演讲，不知从何讲起。"
    given = dialogue(
        "我下周要做演讲，想讲斯凯里灯塔，它高吗？",
        "很高。",
        "演讲里怎么比喻好？",
        "像座楼。",
        document=chinese(),
        cast=cast(goal),
    )

    figures = rule_figures(given)

    assert (figures["goal_named"], figures["goal_returns"]) == (1, 1)


def test_bounds_include_their_ends() -> None:
    assert Bound("x", most=0.15).holds(0.15)
    assert not Bound("x", most=0.15).holds(0.16)
    assert Bound("x", least=2).holds(2)
    assert not Bound("x", least=2).holds(1)
