"""Battles: the nine-cell table, votes, rates, bias, and judges who answer badly, against a real server."""

import json
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from r2s.config import load_config
from r2s.errors import ConfigError
from r2s.evaluation.arena import Sitting, judge_contests
from r2s.evaluation.battles import Bout, Decision, decisions_of, order_bias, outcome_of, tally_of, vote
from r2s.evaluation.contests import Pairing, pair_answers, pair_runs
from r2s.evaluation.judging import Judging
from r2s.evaluation.matches import match_figures, play_match
from tests.evaluation.runs import played
from tests.servers import serve as serve

VALUES = {"W": 1, "T": 0, "L": -1}
# Verdicts of the first and of the second order, and what they come to by each rule (methods of the two papers).
TABLE = {
    "WW": ("win", "win"),
    "WT": ("win", "tie"),
    "TW": ("win", "tie"),
    "WL": ("tie", "tie"),
    "TT": ("tie", "tie"),
    "LW": ("tie", "tie"),
    "TL": ("loss", "tie"),
    "LT": ("loss", "tie"),
    "LL": ("loss", "loss"),
}


@pytest.mark.parametrize("cell", TABLE)
def test_both_orders_come_to_what_the_rules_say(cell: str):
    one, other = (VALUES[sign] for sign in cell)

    assert (outcome_of(one, other, "sum"), outcome_of(one, other, "agree")) == TABLE[cell]
    assert set(TABLE) == {"".join(pair) for pair in product("WTL", repeat=2)}


def bout(key: str, *orders: int | None, lengths: tuple[int, int] = (10, 5)) -> Bout:
    one, other = orders
    return Bout(key, f"d{key}", lengths, (one, other))


def test_an_order_without_a_verdict_makes_a_battle_invalid_and_no_tie():
    tally = tally_of(decisions_of([[bout("1", 1, None), bout("2", None, None), bout("3", 1, 1)]], "sum"))

    assert (tally.wins, tally.ties, tally.losses, tally.invalid) == (1, 0, 0, 2)
    assert tally.win_rate == 1


def test_rates_are_of_valid_battles_and_a_tie_is_half_a_win():
    outcomes = ["win", "win", "tie", "loss", None]
    tally = tally_of([Decision("d", outcome) for outcome in outcomes])  # type: ignore[arg-type]

    assert tally.win_rate == Fraction(5, 8)
    assert tally.summary_score == Fraction(5, 4)
    assert tally_of([]).win_rate is tally_of([]).summary_score is None


def test_a_committee_goes_by_the_most_votes_and_no_strict_plurality_is_a_tie():
    assert vote(["win", "win", "loss"]) == "win"
    assert vote(["win", "loss"]) == vote(["win", "tie", "loss"]) == "tie"
    assert vote(["loss", None, None]) == "loss"
    assert vote([None]) is None


def test_a_member_who_stopped_early_has_no_vote_on_the_rest():
    whole = [bout("1", -1, -1), bout("2", -1, -1)]

    assert [each.outcome for each in decisions_of([whole, whole[:1]], "sum")] == ["loss", "loss"]


def test_bias_by_place_and_length_is_measured():
    # The side shown first wins whatever it is; the last battle is honest, and the longer side loses it.
    bouts = [bout("1", 1, -1), bout("2", 1, -1), bout("3", 1, -1), bout("4", -1, -1)]

    bias = order_bias(bouts, "sum")

    assert bias.flips == Fraction(3, 4)
    assert bias.consistent == Fraction(1, 4)
    assert bias.first_shown == Fraction(7, 8)
    assert bias.longer == 0
    assert order_bias([], "sum").flips is None


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("battles")
    return played(folder, "one"), played(folder, "other", method="direct", turns=3)


async def judged(
    pairing: Pairing, reply: Callable[[dict[str, Any]], Any], serve: Any, journal: Path | None = None
) -> tuple[Sitting, list[dict[str, Any]]]:
    server = await serve(reply)
    config = load_config(flags={"models.judge": "openai:mock", "base_url": server.url})
    async with Judging(config, journal=journal) as judging:
        sitting = await judge_contests(pairing.contests, judging)
    return sitting, [body for body, _ in server.bodies]


def says(a: Any, b: Any) -> str:
    return json.dumps({"fault_a": "", "fault_b": "", "reason": "so", "score_a": a, "score_b": b})


async def test_each_contest_is_shown_in_both_orders_without_a_word_on_who_made_it(serve, runs):
    pairing = pair_runs(*runs)

    sitting, bodies = await judged(pairing, lambda body: says(7, 5), serve)

    prompts = [body["messages"][1]["content"] for body in bodies]
    assert len(pairing.contests) == 3
    assert len(prompts) == 6
    contest = pairing.contests[0]
    first, second = contest.first[0].text, contest.second[0].text
    places = [(prompt.index(first), prompt.index(second)) for prompt in prompts if first in prompt and second in prompt]
    assert sorted(one < other for one, other in places) == [False, True]
    assert all("<document>" in prompt and "<transcript>" not in prompt for prompt in prompts)
    assert not [prompt for prompt in prompts if "direct" in prompt or "cod_review" in prompt]
    # A judge that always prefers what it is shown first says nothing.
    assert {each.outcome("sum") for each in sitting.bouts} == {"tie"}
    assert order_bias(sitting.bouts, "sum").first_shown == 1


async def test_a_side_that_is_preferred_in_both_orders_wins(serve, runs):
    pairing = pair_runs(*runs)
    marks = [contest.first[0].text for contest in pairing.contests]

    def reply(body: dict[str, Any]) -> str:
        side_a = body["messages"][1]["content"].split('<dialogue label="B">')[0]
        return says(8, 4) if any(mark in side_a for mark in marks) else says(4, 8)

    sitting, _ = await judged(pairing, reply, serve)

    assert [each.orders for each in sitting.bouts] == [(1, 1)] * 3
    assert {each.outcome("agree") for each in sitting.bouts} == {"win"}


BAD = {
    "off the scale": (says(12, 3), "off the scale"),
    "no number": (says("A", "B"), "is no score"),
    "prose": ("A is better. [[A]]", "no JSON object"),
    "one score": (json.dumps({"score_a": 5}), "score_b"),
}


@pytest.mark.parametrize("bad", BAD)
async def test_a_judge_that_answers_badly_is_asked_again_and_then_the_battle_is_invalid(bad: str, serve, runs):
    said, fault = BAD[bad]

    sitting, bodies = await judged(pair_runs(*runs), lambda body: said, serve)

    assert len(bodies) == 3 * 6
    assert {each.orders for each in sitting.bouts} == {(None, None)}
    assert all(fault in each.faults[0] for each in sitting.bouts)
    assert tally_of(decisions_of([sitting.bouts], "sum")).invalid == 3


async def test_a_repeated_comparison_asks_nothing_again(serve, runs, tmp_path):
    pairing, journal = pair_runs(*runs), tmp_path / "journal.sqlite"

    first, asked = await judged(pairing, lambda body: says(7, 5), serve, journal)
    again, asked_again = await judged(pairing, lambda body: says(1, 9), serve, journal)

    assert (len(asked), len(asked_again)) == (6, 0)
    assert first.bouts == again.bouts


async def test_members_of_a_committee_hear_each_other_and_vote(serve, runs):
    def reply(body: dict[str, Any]) -> str:
        heard = "A 9, B 1: so" in body["messages"][1]["content"].split("said")[-1]
        return says(9, 1) if body["model"] == "sure" or heard else says(5, 5)

    server = await serve(reply)
    configs = [
        load_config(flags={"models.judge": f"openai:{name}", "base_url": server.url}) for name in ("sure", "meek")
    ]
    pairing = pair_runs(*runs)
    pairing.contests = [contest for contest in pairing.contests if contest.document.language == "en"]
    async with Judging(configs[0]) as sure, Judging(configs[1]) as meek:
        alone = await play_match("one", "other", pairing, [sure, meek])
        together = await play_match("one", "other", pairing, [sure, meek], discussions=1)

    assert [each.value for each in opinions(alone, 1)] == [0] * 4
    assert [each.value for each in opinions(together, 1)] == [1] * 4
    figures = match_figures(together, "sum")
    assert [judge["judge"] for judge in figures["judges"]] == ["openai:sure", "openai:meek"]
    assert figures["ties"] == 2


class _Value:
    def __init__(self, opinion: str) -> None:
        self.value = int(opinion.startswith("A 9"))


def opinions(match: Any, judge: int) -> list[_Value]:
    return [_Value(opinion) for opinion in match.sittings[judge].opinions.values()]


def test_what_only_one_run_has_is_named(runs, tmp_path):
    more = played(tmp_path, "more", count=4)

    pairing = pair_runs(runs[0], more)

    assert len(pairing.contests) == 3
    assert (pairing.only_first, pairing.only_second) == ([], ["d3/0"])


def test_runs_on_other_documents_are_not_compared(runs, tmp_path):
    docs = tmp_path / "documents-1.jsonl"
    docs.write_text(json.dumps({"id": "d0", "title": "Cape", "text": "A cape is a point of land. It juts out to sea."}))

    with pytest.raises(ConfigError, match="different documents under the id 'd0'"):
        pair_runs(runs[0], played(tmp_path, "odd", count=1))


QUESTIONS = [
    {"question_id": 1, "category": "writing", "turns": ["Write a line about rain.", "Now without the letter e."]},
    {"question_id": 2, "category": "math", "turns": ["What is 2 + 2?"]},
    {"question_id": 3, "category": "writing", "turns": ["Write about snow.", "Shorter."]},
]


def answers(path: Path, word: str, count: int) -> Path:
    rows = [
        {
            "question_id": row["question_id"],
            "choices": [{"turns": [f"{word} {turn}\nline two" for turn in row["turns"]]}],
        }
        for row in QUESTIONS[:count]
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in QUESTIONS), encoding="utf-8")
    return path


async def test_mt_bench_is_judged_turn_by_turn_with_an_eye_on_the_second(serve, questions, tmp_path):
    pairing = pair_answers(questions, answers(tmp_path / "a.jsonl", "ONE", 2), answers(tmp_path / "b.jsonl", "TWO", 3))

    _, bodies = await judged(pairing, lambda body: says(6, 6), serve)

    assert [(contest.key, contest.focus) for contest in pairing.contests] == [
        ("1/1", "whole"),
        ("1/2", "last"),
        ("2/1", "whole"),
    ]
    assert pairing.only_second == ["3"]
    assert pairing.contests[1].lengths[0] == len("ONE Now without the letter e.\nline two")
    prompts = [body["messages"][1]["content"] for body in bodies if "Compare: last" in body["messages"][1]["content"]]
    assert len(prompts) == 2
    assert all(prompt.count("Now without the letter e.") == 4 for prompt in prompts)
    assert "\n    line two" in prompts[0]
    assert not any("<document>" in prompt for prompt in prompts)


@pytest.mark.parametrize("line", ["{", '{"question_id": 1}', '{"question_id": 1, "turns": [1]}', "[]"])
def test_a_line_that_is_not_of_mt_bench_is_named(line: str, tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{json.dumps(QUESTIONS[0])}\n{line}\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"questions\.jsonl:2"):
        pair_answers(path, path, path)
