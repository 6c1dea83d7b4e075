"""What judges say of finished dialogues, as figures; and what the baseline says in their place."""

import json
from pathlib import Path
from typing import Any

import pytest

from r2s.config import load_config
from r2s.documents.document import Document
from r2s.errors import ConfigError
from r2s.evaluation.judging import Judging
from r2s.evaluation.model_figures import answers_file, ask_judge
from r2s.evaluation.questions import QUESTIONS
from r2s.evaluation.sources import open_source
from r2s.models.extractive.model import ExtractiveModel
from r2s.samples.dialogue import Dialogue
from tests.conftest import lighthouse
from tests.evaluation.dialogues import cast, chinese, dialogue
from tests.evaluation.runs import played
from tests.servers import serve as serve


def read(turn: int, **changes: Any) -> dict[str, Any]:
    fields = {"unresolved": [], "answered_first": True, "explains": True, "question_earned": None, "adds": True}
    return {"turn": turn, **fields, **changes}


def test_the_readers_verdicts_become_shares_of_what_they_apply_to() -> None:
    turns = [
        read(1, unresolved=["this figure", "it"], question_earned=False),
        read(2, answered_first=None, explains=False),
        read(3, answered_first=False, question_earned=True, adds=False),
        read(4, answered_first=None),
    ]

    figures = QUESTIONS["reader"].figures_of({"turns": turns, "natural_end": False, "stands_alone": 3})

    assert figures == {
        "stands_alone": 3,
        "unresolved": 2,
        "explains": 0.75,
        "answered_first": 0.5,
        "asks_well": 0.5,
        "adds": 0.75,
        "natural_end": 0,
    }


def test_what_was_added_counts_as_true_among_what_could_be_told() -> None:
    said = {
        "additions": [{"turn": 1, "claim": "c", "verdict": verdict} for verdict in ("true", "true", "false", "unsure")],
        "changes": [{"turn": 1, "claim": "c", "of": "modality"}, {"turn": 2, "claim": "c", "of": "scope"}],
        "mistakes": [{"turn": 1, "belief": "b", "straw_man": True}, {"turn": 2, "belief": "b", "straw_man": False}],
        "knows_early": [1, 1, 3],
    }

    figures = QUESTIONS["auditor"].figures_of(said)

    assert figures["additions_true"] == pytest.approx(2 / 3, abs=1e-4)
    assert (figures["additions"], figures["additions_unsure"]) == (4, 1)
    assert (figures["claims_changed"], figures["changed_modality"], figures["changed_agent"]) == (2, 1, 0)
    assert (figures["mistaken_beliefs"], figures["straw_men"], figures["judged_knows_early"]) == (2, 1, 2)


def test_where_nothing_was_added_or_nobody_can_tell_there_is_no_share() -> None:
    nothing = {"additions": [], "changes": [], "mistakes": [], "knows_early": []}

    assert QUESTIONS["auditor"].figures_of(nothing)["additions_true"] is None
    assert QUESTIONS["auditor"].figures_of({**nothing, "changes": None})["claims_changed"] is None
    for question in QUESTIONS.values():
        assert set(question.figures_of(None).values()) == {None}
        assert question.figures_of(None)


def test_persona_verdicts_and_tags_are_counted() -> None:
    turn = {"pursues_goal": True, "knowledge_kept": False, "contradiction": "was a nurse", "slips": False}
    other = {"pursues_goal": False, "knowledge_kept": True, "contradiction": " ", "slips": True}
    persona = {"turns": [{"turn": 1, **turn}, {"turn": 2, **other}], "goal_named": True}
    tags = [{"turn": 1, "tags": ["a", "b"], "difficulty": "hard"}, {"turn": 2, "tags": ["b"], "difficulty": "medium"}]

    assert QUESTIONS["persona_judge"].figures_of(persona) == {
        "judged_goal_named": 1,
        "judged_goal_pursued": 0.5,
        "judged_knows_too_much": 1,
        "judged_contradictions": 1,
        "judged_slips": 1,
    }
    assert QUESTIONS["tagger"].figures_of({"turns": tags}) == {"difficulty": 0.75, "tags": 2}


ENGLISH = dialogue(
    "For my talk next week: was the Skerry lighthouse built by Marr?",
    "Yes, because ships sank. Whales sang polyphonic madrigals.",
    "Great question! And the steps?",
    "I have no information on that.",
    cast=cast(),
)
CHINESE = dialogue(
    "它是马尔建的吗？",
    "是的，因为常有船触礁。",
    "很好的问题！台阶呢？",
    "我没有这方面的资料。",
    document=chinese(),
    cast=cast("准备演讲"),
)


@pytest.mark.parametrize("given", [ENGLISH, CHINESE], ids=["en", "zh"])
async def test_the_baseline_plays_every_role_and_says_nothing_that_words_do_not_show(given: Dialogue) -> None:
    said = {role: (await question.about(ExtractiveModel(), given)).answer for role, question in QUESTIONS.items()}

    figures = {name: value for role, answer in said.items() for name, value in QUESTIONS[role].figures(answer).items()}
    assert figures["judged_knows_early"] == 1
    assert figures["answered_first"] == 0.5
    assert figures["explains"] == 0.5
    assert figures["judged_slips"] == 1
    for name in ("claims_changed", "straw_men", "additions_true", "judged_contradictions", "difficulty"):
        assert figures[name] is None, name
    assert figures["tags"]


async def test_what_has_no_document_or_no_cast_is_not_asked_about_it() -> None:
    bare = dialogue("a?", "b.", document=lighthouse())
    empty = Document(id="e", title=None, lang="en", source="s", text="", passages=())

    assert not QUESTIONS["persona_judge"].applies(bare)
    assert QUESTIONS["auditor"].applies(bare)
    assert not QUESTIONS["auditor"].applies(dialogue("a?", "b.", document=empty))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(tmp_path_factory.mktemp("asked"))


def turns_of(body: dict[str, Any]) -> int:
    lines = body["messages"][1]["content"].splitlines()
    return max(int(line[1]) for line in lines if line.startswith("[") and line[1].isdigit())


def tags(body: dict[str, Any], count: int) -> str:
    turns = [{"turn": number, "tags": ["cause"], "difficulty": "hard"} for number in range(1, count + 1)]
    return json.dumps({"turns": turns})


async def ask(run: Path, url: str, folder: Path, **flags: Any) -> list[dict[str, Any]]:
    source = open_source(run, folder)
    config = load_config(flags={"models.judge": "openai:mock", "base_url": url, **flags})
    async with Judging(config, journal=folder / "journal.sqlite") as judging:
        await ask_judge(source, judging, ["tagger"], lambda count: None)
    return [json.loads(line) for line in answers_file(folder, "tagger").path.read_text("utf-8").splitlines()[1:]]


async def test_an_answer_with_a_turn_missing_is_asked_for_again_and_repaired(serve, run, tmp_path) -> None:
    server = await serve(lambda body: tags(body, turns_of(body) if len(body["messages"]) > 2 else 1))

    rows = await ask(run, server.url, tmp_path)

    assert len(server.bodies) == 6
    assert [len(row["answer"]["turns"]) for row in rows] == [2, 2, 2]


async def test_a_judge_that_never_answers_well_leaves_a_row_without_an_answer(serve, run, tmp_path) -> None:
    server = await serve(lambda body: "I like it" if "灯塔" in str(body) or "桥2" in str(body) else tags(body, 2))

    rows = await ask(run, server.url, tmp_path)

    assert [row["answer"] is None for row in rows] == [False, False, True]
    assert "no JSON object" in rows[2]["fault"]


async def test_a_second_sitting_pays_nothing(serve, run, tmp_path) -> None:
    server = await serve(lambda body: tags(body, 2))

    first, again = await ask(run, server.url, tmp_path), await ask(run, server.url, tmp_path)

    assert first == again
    assert len(server.bodies) == 3


async def test_pairs_have_no_judge(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"instruction": "Why?", "output": "Because."}\n', encoding="utf-8")
    async with Judging(load_config()) as judging:
        with pytest.raises(ConfigError, match="a file of pairs"):
            await ask_judge(open_source(path), judging, ["reader"], lambda count: None)
