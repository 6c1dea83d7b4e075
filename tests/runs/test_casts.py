"""Casts over a run: whose they are follows from seed, document and replicate, and a file of them is played as it is."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from r2s import api
from r2s.config import RunConfig, load_config
from r2s.documents import Document, DocumentFailure
from r2s.errors import ConfigError, ResumeError
from r2s.runs.cast_report import report_on
from r2s.runs.casts import GivenCasts, QuotaCasts, casts_for, write_casts
from r2s.runs.methods import read_for
from r2s.runs.runner import Run, RunReport
from r2s.trees.node import Cast
from tests.conftest import LIGHTHOUSE, Scripted, lighthouse

CHINESE = "斯凯里灯塔由工程师马尔设计，于1844年建成。塔身高48米，内部有151级台阶。"
TRADITIONAL = "斯凱里燈塔由工程師馬爾設計，於1844年建成。塔身高48米，內部有151級臺階，這是一座燈塔。"


def documents(count: int = 24) -> list[Document | DocumentFailure]:
    english = [lighthouse(id=f"en-{number}") for number in range(count // 2)]
    chinese = [lighthouse(id=f"zh-{number}", text=CHINESE, title="斯凯里灯塔") for number in range(count // 2)]
    return [*english, *chinese]


def config(**flags: Any) -> RunConfig:
    return load_config(flags={"turns": 2, **flags})


def quotas(**flags: Any) -> RunConfig:
    return config(**{"policies.casting": {"kind": "quota"}, **flags})


def all_casts(settings: RunConfig, docs: Iterable[Document | DocumentFailure]) -> dict[tuple[str, int], Cast]:
    docs = list(docs)
    casts = casts_for(settings, lambda: docs)
    return {
        (document.id, replicate): casts.cast(document, replicate)
        for document in docs
        if isinstance(document, Document)
        for replicate in range(settings.dialogues)
    }


def play(docs: Path, out: Path, settings: RunConfig, model: Scripted | None = None) -> RunReport:
    return asyncio.run(Run([docs], settings, out, models=lambda role: model or Scripted({})).play())


def trees(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "trees.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "docs.jsonl"
    rows = [{"id": f"d{number}", "title": f"Lighthouse {number}", "text": LIGHTHOUSE} for number in range(6)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def casts_file(docs: Path, tmp_path: Path) -> Path:
    path, settings = tmp_path / "casts.jsonl", quotas(dialogues=2)
    casts = casts_for(settings, lambda: read_for([docs], settings))
    write_casts(casts, read_for([docs], settings), 2, path)
    return path


@pytest.mark.parametrize("kind", ["sampled", "quota"])
def test_the_order_of_the_documents_changes_no_cast(kind: str) -> None:
    settings = config(**{"policies.casting": {"kind": kind}, "dialogues": 2})

    assert all_casts(settings, documents()) == all_casts(settings, documents()[::-1])


@pytest.mark.parametrize("kind", ["sampled", "quota"])
def test_the_casts_of_one_document_differ(kind: str) -> None:
    settings = config(**{"policies.casting": {"kind": kind}, "dialogues": 12})

    drawn = all_casts(settings, documents(4))

    for document in ("en-0", "en-1", "zh-0", "zh-1"):
        assert len({cast for (id, _), cast in drawn.items() if id == document}) == 12


def test_a_drawn_cast_does_not_hang_on_other_documents_or_on_how_many_dialogues_there_are() -> None:
    few = all_casts(config(), documents(4))
    many = all_casts(config(dialogues=3), documents(8))

    assert few.items() <= many.items()


def test_quotas_hold_in_each_language_and_the_report_says_so() -> None:
    docs, settings = documents(96), quotas()

    report = report_on(QuotaCasts.dealt(settings, docs))

    assert report.casts == 96
    assert report.off_quota == []
    personas = [count for count in report.traits if count.dimension == "personas"]
    assert {(count.language, count.casts) for count in personas} == {("en", 6), ("zh", 6)}
    drawn = Counter(cast.user.persona for cast in all_casts(settings, docs).values())
    assert set(drawn.values()) == {6}


def test_casts_that_are_alike_are_told(tmp_path: Path) -> None:
    people = {
        "personas": ["a nurse", "a cook"],
        "goals": ["about {subject}"],
        "knowledge": ["none"],
        "manners": ["blunt", "chatty"],
        "assistants": ["calm"],
    }
    path = tmp_path / "people.yaml"
    path.write_text(yaml.safe_dump({"en": people}), encoding="utf-8")
    settings = quotas(**{"policies.casting.population": str(path), "policies.casting.kind": "quota", "dialogues": 5})

    report = report_on(QuotaCasts.dealt(settings, [lighthouse()]))

    assert (len(report.same), len(report.repeated)) == (1, 1)
    assert 2 <= len(report.near) <= 3


def test_a_cast_is_written_in_the_script_of_its_document() -> None:
    document = lighthouse(id="t", text=TRADITIONAL, title="斯凱里燈塔")

    drawn = [all_casts(config(seed=seed), [document])["t", 0] for seed in range(6)]

    assert document.lang == "zh-Hant"
    assert not any(set("还这们问过话讲") & set(cast.model_dump_json()) for cast in drawn)


def test_a_run_by_quotas_and_one_by_the_file_that_was_written_for_it_are_the_same(docs, casts_file, tmp_path) -> None:
    play(docs, tmp_path / "quota", quotas(dialogues=2))
    play(docs, tmp_path / "given", config(**{"policies.casting.file": str(casts_file), "dialogues": 2}))

    cast = [tree["cast"] for tree in trees(tmp_path / "quota")]
    assert cast == [tree["cast"] for tree in trees(tmp_path / "given")]
    assert len({json.dumps(one) for one in cast}) > 6


def test_a_file_that_lacks_a_cast_is_refused_before_anything_is_written(docs, casts_file, tmp_path) -> None:
    lines = casts_file.read_text(encoding="utf-8").splitlines(keepends=True)
    casts_file.write_text("".join(lines[:5]), encoding="utf-8")

    with pytest.raises(ConfigError, match=r"no cast for dialogue 1 about d2, dialogue 0 about d3, .* and 4 more"):
        play(docs, tmp_path / "run", config(**{"policies.casting.file": str(casts_file), "dialogues": 2}))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"document": "d0", "cast": {"user": {}}}', r"casts\.jsonl:13: cast\.user\.persona: Field required"),
        ("no json", r"casts\.jsonl:13: the line: Invalid JSON"),
        ("FIRST", r"casts\.jsonl:13: a second cast for dialogue 0 about d0"),
    ],
)
def test_a_line_that_is_no_cast_is_named(casts_file: Path, line: str, said: str) -> None:
    text = casts_file.read_text(encoding="utf-8")
    casts_file.write_text(text + line.replace("FIRST", text.splitlines()[0]) + "\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=said):
        GivenCasts.read(casts_file)


def test_what_a_file_of_casts_holds_makes_the_run_and_not_where_it_lies(docs, casts_file, tmp_path) -> None:
    moved = tmp_path / "elsewhere.jsonl"
    moved.write_bytes(casts_file.read_bytes())
    first = config(**{"policies.casting.file": str(casts_file)})
    play(docs, tmp_path / "run", first)

    assert first.identity() == config(**{"policies.casting.file": str(moved)}).identity()
    assert first.identity() == load_config(tmp_path / "run" / "config.yaml").identity()
    casts_file.write_text(casts_file.read_text(encoding="utf-8").replace("nurse", "cook"), encoding="utf-8")
    with pytest.raises(ResumeError, match=r"policies\.casting\.sha256"):
        play(docs, tmp_path / "run", config(**{"policies.casting.file": str(casts_file)}))
    with pytest.raises(ConfigError, match="has changed since this configuration was written"):
        load_config(tmp_path / "run" / "config.yaml")


def test_a_population_from_a_file_is_part_of_what_ran(docs, tmp_path) -> None:
    people = {
        "personas": ["a beekeeper"],
        "goals": ["I wonder about {subject}."],
        "knowledge": ["none"],
        "manners": ["blunt"],
        "assistants": ["calm"],
    }
    path = tmp_path / "people.yaml"
    path.write_text(yaml.safe_dump({"en": people}), encoding="utf-8")
    settings = load_config(None, [f"policies.casting.population={path}"], {"turns": 2})

    play(docs, tmp_path / "run", settings)

    assert {tree["cast"]["user"]["persona"] for tree in trees(tmp_path / "run")} == {"a beekeeper"}
    assert load_config(tmp_path / "run" / "config.yaml").identity() == settings.identity()


def test_another_dialogue_about_a_document_makes_other_calls_under_the_same_cast(docs, tmp_path) -> None:
    cast = Cast.model_validate(
        {
            "user": {"persona": "a cook", "goal": "about {subject}", "knowledge": "none", "manner": "blunt"},
            "assistant": {"manner": "calm"},
        }
    )
    model = Scripted({})

    play(docs, tmp_path / "run", config(**{"policies.casting.cast": cast.model_dump(), "dialogues": 2}), model)

    seeds: dict[str, set[int]] = {}
    for request in model.requests:
        seeds.setdefault(request.dialogue, set()).add(request.seed)
    assert len(seeds) == 12
    assert sum(len(own) for own in seeds.values()) == len(set().union(*seeds.values()))
    ids = {(tree["document"]["id"], tree["replicate"]): (tree["id"], tree["seed"]) for tree in trees(tmp_path / "run")}
    assert len(ids) == len(set(ids.values())) == 12


def test_quotas_hold_from_python_too_where_documents_come_one_by_one() -> None:
    casting = {"kind": "quota"}

    played = api.run(
        (lighthouse(id=f"d{number}") for number in range(8)), turns=1, model=Scripted({}), policies={"casting": casting}
    )

    assert len({tree.cast.user.persona for tree in played}) == 8
