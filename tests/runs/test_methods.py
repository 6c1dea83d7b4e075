"""Every method as a run: over the shipped samples in both languages, with the baseline and with a server."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from r2s import api
from r2s.agents.whole_dialogue import CodDialogue
from r2s.agents.writer import FORMS, Style
from r2s.config import Method, load_config
from r2s.runs.estimate import Estimate, estimate
from r2s.runs.methods import METHODS
from r2s.runs.runner import Run, RunReport
from r2s.samples.dialogue import dialogues_of
from r2s.samples.targets.gllm import Gllm
from r2s.trees.gllm import Layout
from r2s.trees.tree import ConversationTree, read_tree
from tests.conftest import Scripted, lighthouse

SAMPLES = Path(__file__).parents[2] / "configs" / "samples"
STYLES: tuple[Style, ...] = get_args(Style)
ONE_CALL = [*STYLES, "gllm"]
EACH = pytest.mark.parametrize("method", [*ONE_CALL, "self_chat"])


async def play(out: Path, **flags: Any) -> RunReport:
    return await Run([SAMPLES], load_config(flags=flags), out).play()


def trees(out: Path) -> list[ConversationTree]:
    """All trees of a run, each checked as it is read."""
    return [read_tree(line, "trees.jsonl") for line in (out / "trees.jsonl").read_bytes().splitlines()]


def files(out: Path) -> tuple[bytes, bytes]:
    return (out / "trees.jsonl").read_bytes(), (out / "samples.jsonl").read_bytes()


def test_every_method_that_can_be_configured_can_be_played():
    assert set(METHODS) == set(get_args(Method))


@EACH
async def test_the_baseline_plays_every_method_in_both_languages(tmp_path, method):
    report = await play(tmp_path / "run", method=method)

    played = trees(tmp_path / "run")
    assert (report.status, len(played)) == ("finished", 6)
    assert {tree.document.lang for tree in played} == {"en", "zh-Hans"}
    assert all(tree.method == method and tree.totals.turns >= 8 for tree in played)
    flaws = {flaw for tree in played for node in tree.nodes for flaw in node.flaws}
    assert flaws <= {"copied"}


@pytest.mark.parametrize(("method", "least"), [("cod_single", 0.5), ("gllm", 0.5), ("self_chat", 0.5), ("direct", 0.0)])
async def test_what_is_grounded_covers_the_document_and_what_cites_nothing_covers_nothing(tmp_path, method, least):
    await play(tmp_path / "run", method=method)

    coverage = [tree.coverage for tree in trees(tmp_path / "run")]
    assert min(coverage) >= least
    assert (max(coverage) > 0) == (least > 0)


async def test_the_three_styles_of_the_baseline_say_the_same_and_write_down_different_things(tmp_path):
    for style in STYLES:
        await play(tmp_path / style, method=style)

    direct, cot, cod = (trees(tmp_path / style)[0].nodes for style in STYLES)
    assert [node.text for node in direct] == [node.text for node in cot] == [node.text for node in cod]
    assert [bool(node.thought) for node in (direct[1], cot[1], cod[1])] == [False, True, False]
    assert [node.plan is not None for node in (direct[0], cot[0], cod[0])] == [False, False, True]


@EACH
async def test_concurrency_changes_no_byte(tmp_path, method):
    await play(tmp_path / "one", method=method, **{"limits.concurrency": 1})
    await play(tmp_path / "many", method=method, **{"limits.concurrency": 64})

    assert files(tmp_path / "one") == files(tmp_path / "many")


@EACH
async def test_a_language_model_on_a_server_plays_every_method(tmp_path, serve, method):
    server = await serve()

    report = await play(tmp_path / "run", method=method, base_url=server.url, **{"models.default": "openai:mock"})

    roles = {body["response_format"]["json_schema"]["name"] for body, _ in server.bodies}
    assert (report.status, report.summary.trees) == ("finished", 6)
    forms = {"self_chat": {"UserAnswer", "DraftAnswer"}, "gllm": {"FullReply"}}
    assert roles == (forms[method] if method in forms else {FORMS[method].__name__})
    assert all(tree.totals.turns >= 8 for tree in trees(tmp_path / "run"))
    assert (report.summary.coverage.value or 0) > 0.3 or method in ("direct", "cot")


@pytest.mark.parametrize("style", STYLES)
async def test_the_writer_is_asked_as_in_the_source_and_settings_outweigh_it(tmp_path, serve, style):
    server = await serve()
    model = {"base_url": server.url, "models.default": "openai:mock", "documents.limit": 1}

    await play(tmp_path / "one", method=style, **model)
    await play(tmp_path / "two", method=style, **model, **{"writer.temperature": 0.5, "writer.max_tokens": 999})

    first, second = (body for body, _ in server.bodies)
    assert (first["temperature"], first.get("max_tokens") or first.get("max_completion_tokens")) == (0.0, 4096)
    assert (second["temperature"], second.get("max_tokens") or second.get("max_completion_tokens")) == (0.5, 999)
    assert first["response_format"]["json_schema"]["strict"] is True


async def test_a_sample_names_the_model_of_the_role_that_answers(tmp_path, serve):
    server = await serve()
    played = {"cod_single": "writer", "self_chat": "answerer"}

    for method, role in played.items():
        models = {f"models.{role}": "openai:mock", "models.candidate": "extractive"}
        await play(tmp_path / method, method=method, turns=2, base_url=server.url, **models)

    samples = [row for method in played for row in (tmp_path / method / "samples.jsonl").read_bytes().splitlines()]
    assert {json.loads(row)["meta"]["model"] for row in samples} == {"openai:mock"}


async def test_what_gllm_is_trained_on_reads_back_as_the_reply_that_it_came_from(tmp_path):
    await play(tmp_path / "run", method="cod_single")

    for tree in trees(tmp_path / "run"):
        (row,) = Gllm().rows(list(dialogues_of(tree)))
        learnt = CodDialogue.model_validate_json(row["messages"][-1]["content"])
        asked, replied = tree.nodes[::2], tree.nodes[1::2]
        assert [turn.user for turn in learnt.turns] == [node.text for node in asked]
        # A search without key phrases is by what was asked.
        assert [turn.plan.model_dump(exclude={"key_phrases"}) for turn in learnt.turns] == [
            node.plan and node.plan.model_dump(exclude={"key_phrases"}) for node in asked
        ]
        assert [list(turn.quotes) for turn in learnt.turns] == [
            [span.quote for span in node.evidence] for node in replied
        ]


async def test_without_the_document_a_self_chat_is_about_its_title(tmp_path, serve):
    server = await serve()
    settings = {"base_url": server.url, "models.default": "openai:mock", "self_chat.sees_document": False}

    await play(tmp_path / "run", method="self_chat", turns=2, **settings)

    prompts = [body["messages"][1]["content"] for body, _ in server.bodies]
    assert not [prompt for prompt in prompts if prompt.startswith("<document>")]
    assert all(tree.coverage == 0 and tree.totals.turns == 2 for tree in trees(tmp_path / "run"))


async def test_the_baseline_says_that_it_cannot_answer_without_the_document(tmp_path):
    report = await play(tmp_path / "run", method="self_chat", **{"self_chat.sees_document": False})

    errors = [json.loads(line) for line in (tmp_path / "run" / "errors.jsonl").read_text("utf-8").splitlines()]
    assert report.summary.trees == 0
    assert all("the answerer needs the document" in error["message"] for error in errors)


async def test_the_caster_has_no_part_where_the_writer_makes_its_characters_up(tmp_path, serve):
    server = await serve()
    casting = {"kind": "sampled", "develop": True}
    settings = {"base_url": server.url, "models.default": "openai:mock", "policies.casting": casting}

    await play(tmp_path / "run", method="direct", **settings)

    assert len(server.bodies) == 6


@EACH
async def test_a_run_stays_within_what_was_planned(tmp_path, serve, method):
    server = await serve()
    config = load_config(flags={"method": method, "models.default": "openai:mock", "base_url": server.url})

    planned: Estimate = estimate([SAMPLES], config)
    report = await Run([SAMPLES], config, tmp_path / "run").play()

    figures = report.summary.figures()["usage"]
    assert planned.low.calls <= figures["calls"] <= planned.at_most.calls
    assert figures["prompt_tokens"] <= planned.at_most.prompt_tokens
    assert figures["completion_tokens"] <= planned.at_most.completion_tokens
    assert planned.low.completion_tokens <= planned.high.completion_tokens <= planned.at_most.completion_tokens


@pytest.mark.parametrize("reviewers", [0, 1, 5])
def test_a_smooth_examination_asks_as_often_as_it_says(reviewers: int) -> None:
    config = load_config(flags={"method": "review", "turns": 3, "reviewers": reviewers})
    smooth, most, model = METHODS["review"].smooth(config), METHODS["review"].most(config), Scripted({})

    (tree,) = api.run(lighthouse(), config=config, model=model)

    assert tree.totals.calls == len(model.requests) == smooth.once + 3 * smooth.a_turn
    assert smooth.once + 3 * smooth.a_turn <= most.once + 3 * most.a_turn


@pytest.mark.parametrize("reviewers", [0, 3])
async def test_seeds_are_planned_by_their_turns_and_their_figures_hold_nothing_of_a_document(tmp_path, reviewers: int):
    seeds, config = tmp_path / "seeds.jsonl", load_config(flags={"method": "review", "reviewers": reviewers})
    rows = ({"instruction": f"Name cape number {number}.", "output": "Cape Horn."} for number in range(3))
    seeds.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    planned = estimate([seeds], config)
    report = await Run([seeds], config, tmp_path / "run").play()

    figures = report.summary.figures()
    assert planned.low.calls == planned.high.calls == figures["usage"]["calls"]
    assert figures["coverage"] == {"mean": None, "mean_under_1500_characters": None}
    assert figures["quality"]["copied_share"] is None


@pytest.mark.parametrize(("method", "turns"), [("review", 3), ("self_chat", 12)])
def test_a_method_has_the_turns_of_its_paper_unless_others_are_given(method: str, turns: int):
    assert load_config(flags={"method": method}).turns == turns
    assert load_config(flags={"method": method, "turns": 5}).turns == 5


def test_a_chat_without_its_document_is_planned_by_its_turns():
    flags = {"method": "self_chat", "turns": 6, "min_turns": 4}

    seen = METHODS["self_chat"].turns(lighthouse(), load_config(flags=flags))
    unseen = METHODS["self_chat"].turns(lighthouse(), load_config(flags={**flags, "self_chat.sees_document": False}))

    assert (seen.fewest, unseen.fewest) == (3, 4)


@pytest.mark.parametrize("layout", get_args(Layout))
@pytest.mark.parametrize("thoughts", [True, False])
async def test_a_gllm_on_a_server_writes_several_dialogues_a_document_in_the_form_that_it_learnt(
    tmp_path, serve, layout, thoughts
):
    server = await serve()
    learnt = {"gllm.layout": layout, "gllm.thoughts": thoughts, "dialogues": 2}

    report = await play(
        tmp_path / "run", method="gllm", base_url=server.url, **{"models.gllm": "openai:mock"}, **learnt
    )

    played = trees(tmp_path / "run")
    forms = {body["response_format"]["json_schema"]["name"] for body, _ in server.bodies}
    assert (report.status, len(played)) == ("finished", 12)
    assert forms == {("Full" if layout == "full" else "Brief") + ("Reply" if thoughts else "SaidReply")}
    assert len({(body["seed"], body["messages"][1]["content"]) for body, _ in server.bodies}) == 12
    assert all(tree.totals.calls == 1 and tree.nodes[0].agent == "gllm" for tree in played)
    assert all((tree.coverage > 0.3) == thoughts for tree in played)


async def test_what_a_server_cuts_off_is_kept_up_to_the_last_whole_turn(tmp_path, serve):
    server = await serve(faults={"cut": 1.0})
    settings = {"base_url": server.url, "models.gllm": "openai:mock", "policies.acceptance.ask_again": []}

    report = await play(tmp_path / "run", method="gllm", **settings)

    assert (report.summary.trees, len(server.bodies)) == (6, 6)
    assert all(1 <= tree.totals.turns < 8 for tree in trees(tmp_path / "run"))


async def test_a_broken_reply_is_asked_for_again_in_the_only_words_that_gllm_knows(tmp_path, serve):
    server = await serve(reply=lambda body: "I would rather not.")

    report = await play(tmp_path / "run", method="gllm", **{"base_url": server.url, "models.gllm": "openai:mock"})

    prompts = {tuple(message["content"] for message in body["messages"]) for body, _ in server.bodies}
    assert report.summary.trees == 0
    assert len(prompts) == 6 < len(server.bodies) == len({body["seed"] for body, _ in server.bodies})


def test_people_cost_nothing_that_could_be_reckoned() -> None:
    people = estimate([SAMPLES], load_config(flags={"models.user": "human:ann", "models.reviewer": "human"}))
    mixed = estimate([SAMPLES], load_config(flags={"models.user": "human", "models.planner": "openai:unheard-of"}))

    assert (people.at_most.prompt_tokens, people.at_most.cost_usd) == (0, 0.0)
    assert mixed.at_most.cost_usd is None
