"""K-BENCH over real runs: a judge that answers well, badly, or not at all; what it is shown; what is kept."""

import asyncio
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from r2s.config import load_config
from r2s.evaluation.judging import Judging
from r2s.evaluation.kbench.coverage import CoverageSettings
from r2s.evaluation.kbench.evaluating import judge_run, measure_run
from r2s.evaluation.kbench.judged import JudgedRun
from r2s.evaluation.kbench.report import run_figures
from r2s.runs.reading import open_run
from tests.evaluation.runs import played
from tests.servers import serve as serve

Body = dict[str, Any]
COVERAGE = CoverageSettings()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(tmp_path_factory.mktemp("judged"))


@pytest.fixture
def unjudged_run(tmp_path: Path) -> Path:
    return played(tmp_path)


async def judged(
    run: Path, url: str, journal: Path | None = None, coverage: CoverageSettings = COVERAGE, **limits: Any
) -> JudgedRun:
    flags = {f"limits.{name}": value for name, value in limits.items()}
    config = load_config(flags={"models.judge": "openai:mock", "base_url": url, **flags})
    async with Judging(config, journal=journal) as judging:
        return await judge_run(run, judging, coverage)


def scores(body: Body, turns: int | None = None, **changes: Any) -> Body:
    count = turns if turns is not None else body["messages"][1]["content"].count("[1] ") and turns_of(body)
    turn = {"fault": "", "info": 4, "us": 4, "uf": 4, "fd": 4, "fl": 4, **changes}
    entries = [{"turn": number, **turn} for number in range(1, count + 1)]
    return {"turns": entries, "overall": {"fault": "", "cs": 4, "co": 4, "ia": 4}}


def turns_of(body: Body) -> int:
    numbers = [line[1] for line in body["messages"][1]["content"].splitlines() if line.startswith("[")]
    return max(int(number) for number in numbers if number.isdigit())


def says(*replies: Callable[[Body], Any]) -> Callable[[Body], str]:
    """Each attempt at a call gets the reply of its number, the last one for all that follow."""

    def reply(body: Body) -> str:
        attempt = len(body["messages"]) // 2 - 1
        said = replies[min(attempt, len(replies) - 1)](body)
        return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)

    return reply


async def test_every_dialogue_is_judged_in_one_call_and_a_repeated_evaluation_pays_nothing(serve, run, tmp_path):
    server = await serve()

    first = await judged(run, server.url, tmp_path / "journal.sqlite")
    again = await judged(run, server.url, tmp_path / "journal.sqlite")

    assert len(server.bodies) == 3
    assert [dialogue.scores for dialogue in first.judged] == [dialogue.scores for dialogue in again.judged]
    assert len(first.judged) == 3


BAD = {
    "a missing turn": (lambda body: scores(body, turns=1), "turns 1 to 2 are wanted"),
    "a turn twice": (lambda body: {**scores(body), "turns": scores(body)["turns"][:1] * 2}, "found 1, 1"),
    "no turn": (lambda body: scores(body, turns=0), "turns"),
    "another scale": (lambda body: scores(body, us=8), "off the scale"),
    "no number": (lambda body: scores(body, uf="good"), "is no score"),
    "n/a where it may not be": (lambda body: scores(body, info="N/A"), "is no score"),
    "nothing for the whole": (lambda body: {"turns": scores(body)["turns"]}, "overall"),
    "prose": (lambda body: "A fine conversation, I would say four out of five.", "no JSON object"),
    "other words for the keys": (lambda body: {"轮次": [{"信息": 4}], "整体": {"一致": 4}}, "Field required"),
    "silence": (lambda body: "", "no JSON object"),
}


@pytest.mark.parametrize("bad", BAD)
async def test_a_bad_answer_is_asked_for_again_with_its_fault_and_repaired(bad: str, serve, run):
    wrong, fault = BAD[bad]
    server = await serve(says(wrong, scores))

    report = await judged(run, server.url)

    repairs = [body["messages"][-1]["content"] for body, _ in server.bodies if len(body["messages"]) > 2]
    assert len(repairs) == 3
    assert all(fault in repair for repair in repairs)
    assert {dialogue.scores["us"] for dialogue in report.judged} == {Fraction(4)}
    assert not report.unjudged


@pytest.mark.parametrize("bad", BAD)
async def test_a_judge_that_never_answers_well_leaves_the_dialogue_unjudged_and_out_of_every_mean(
    bad: str, serve, run, tmp_path
):
    wrong, fault = BAD[bad]
    server = await serve(
        lambda body: says(wrong)(body) if "灯塔" in str(body) or "桥2" in str(body) else says(scores)(body)
    )

    report = await judged(run, server.url)

    (unjudged,) = report.unjudged
    assert unjudged.document == "d2"
    assert fault in unjudged.fault
    assert report.columns()["us"] == 4
    rows = (open_run(run).path / "eval" / "kbench-openai-mock.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(rows[2])
    assert (row["turns"], row["overall"]) == (None, None)
    assert fault in row["fault"]


GOOD_ENOUGH = {
    "numbers as words of a form": scores,
    "a fence and a preface": lambda body: f"Here it is:\n```json\n{json.dumps(scores(body))}\n```",
    "thoughts before it": lambda body: f"<think>{{hm}}</think>{json.dumps(scores(body))}",
    "points out of five": lambda body: scores(body, us="4/5", uf="4分", info="4,0"),
    "faults in another language": lambda body: scores(body, fault="答非所问"),
    "turns the wrong way round": lambda body: {**scores(body), "turns": scores(body)["turns"][::-1]},
}


@pytest.mark.parametrize("form", GOOD_ENOUGH)
async def test_a_good_answer_in_an_odd_form_is_understood_at_once(form: str, serve, run):
    server = await serve(says(GOOD_ENOUGH[form]))

    report = await judged(run, server.url)

    assert len(server.bodies) == 3
    assert report.columns()["us"] == report.columns()["info"] == 4
    assert [turn["turn"] for turn in report.judged[0].row()["turns"]] == [1, 2]


async def test_a_score_just_off_the_scale_is_put_on_its_end_and_counted(serve, run):
    server = await serve(says(lambda body: scores(body, us=5.5, uf=4.3)))

    report = await judged(run, server.url)

    assert (report.columns()["us"], report.columns()["uf"]) == (5, Fraction(9, 2))
    assert {dialogue.slips for dialogue in report.judged} == {2}


@pytest.mark.parametrize("none", ["N/A", "n/a", None, "NA", "不适用", "-"])
async def test_fidelity_may_be_left_out_in_any_spelling(none: str | None, serve, run):
    server = await serve(says(lambda body: scores(body, fd=none)))

    report = await judged(run, server.url)

    assert report.columns()["fd"] is None
    average = report.average()
    assert average is not None
    assert average.missing == ("fd",)


async def test_the_judge_sees_document_and_dialogue_and_nothing_of_how_it_was_made(serve, run):
    server = await serve()

    await judged(run, server.url)

    tree = next(iter(open_run(run).read_trees()))
    prompt = server.bodies[0][0]["messages"][1]["content"]
    assert prompt.index("<document>") < prompt.index("<transcript>") < prompt.index("# Now")
    assert all(node.text in prompt for path in tree.dialogues() for node in path)
    hidden = [node.plan.process for node in tree.nodes if node.plan]
    hidden += [node.text for node in tree.nodes if node.status == "rejected" and node.text not in kept_texts(tree)]
    assert hidden
    assert not [text for text in hidden if text in prompt]


def kept_texts(tree: Any) -> str:
    return " ".join(node.text for path in tree.dialogues() for node in path)


async def test_a_spent_budget_keeps_what_is_judged_and_says_why_it_ended(serve, run, tmp_path):
    server = await serve()

    cut = await judged(run, server.url, tmp_path / "journal.sqlite", max_calls=2, concurrency=1)
    whole = await judged(run, server.url, tmp_path / "journal.sqlite")

    assert len(cut.dialogues) == 2
    assert cut.ended is not None
    assert cut.ended.kind == "budget"
    assert len(whole.judged) == 3
    assert len(server.bodies) == 3


def kept_rows(run: Path) -> list[str]:
    lines = (run / "eval" / "kbench-openai-mock.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["dialogue"] for line in lines]


async def test_judging_that_is_cut_short_keeps_the_results_that_hold_more(serve, unjudged_run):
    run, server = unjudged_run, await serve()
    await judged(run, server.url, max_calls=1, concurrency=1)
    first = kept_rows(run)
    await judged(run, server.url, max_calls=2, concurrency=1)
    longer = kept_rows(run)
    await judged(run, server.url)
    whole = kept_rows(run)

    cut = await judged(run, server.url, max_calls=1, concurrency=1)

    assert (first, longer) == (whole[:1], whole[:2])
    assert kept_rows(run) == whole
    assert [path.name for path in (run / "eval").iterdir()] == ["kbench-openai-mock.jsonl"]
    figures = run_figures(cut)
    assert (figures["judged"], figures["unreached"], figures["dialogues"]) == (1, 2, 3)


async def test_results_with_coverage_of_another_kind_are_kept_in_another_file(serve, unjudged_run):
    run, server = unjudged_run, await serve()
    both = CoverageSettings(encoder="auto", threshold=0.5, speakers="AB", paper=True)

    await judged(run, server.url, coverage=both)
    await judged(run, server.url)

    names = {path.name for path in (run / "eval").iterdir()}
    assert names == {"kbench-openai-mock.jsonl", "kbench-openai-mock-auto-from-0.5-AB-paper.jsonl"}


async def test_unjudged_dialogues_count_twice_for_the_paper_s_code_and_not_at_all_for_ours(serve, run):
    def reply(body: Body) -> str:
        number = 5 if "Lighthouse 0" in str(body) else 2
        return "no" if "Lighthouse 1" in str(body) else json.dumps(scores(body, us=number))

    report = await judged(run, (await serve(reply)).url)

    assert report.columns()["us"] == Fraction(7, 2)
    assert report.columns(paper_compat=True)["us"] == 4


def test_the_baseline_judges_too_in_both_languages_and_always_alike(run):
    async def judge() -> JudgedRun:
        async with Judging(load_config()) as judging:
            return await judge_run(run, judging, CoverageSettings())

    first, again = asyncio.run(judge()), asyncio.run(judge())

    assert [dialogue.row() for dialogue in first.dialogues] == [dialogue.row() for dialogue in again.dialogues]
    assert len(first.judged) == 3
    assert all(0 <= value <= 5 for name, value in first.columns().items() if name != "cr" and value is not None)
    assert first.columns()["cr"]


def test_without_a_judge_coverage_is_found_all_the_same_and_no_average_is_made_of_it_alone(run: Path):
    found = measure_run(run, CoverageSettings())

    columns = found.columns()
    assert columns["cr"] is not None
    assert {name for name, value in columns.items() if value is not None} == {"cr"}
    assert found.average() is None
    assert found.intervals()["avg"] is None
    assert found.unjudged == []
    assert not list((run / "eval").glob("kbench-none*"))
