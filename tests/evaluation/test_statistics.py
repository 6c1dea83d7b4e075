"""The statistics of runs and of pairs, measured, added up, written, and used by an export."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from r2s.cli.export import with_stats
from r2s.config import load_config
from r2s.errors import ConfigError, ResumeError
from r2s.evaluation.difficulty import perplexity
from r2s.evaluation.judging import Judging
from r2s.evaluation.model_figures import (
    LmSettings,
    answers_file,
    ask_judge,
    likelihood_file,
    measure_coherence,
    measure_likelihood,
)
from r2s.evaluation.questions import QUESTIONS
from r2s.evaluation.sources import open_source
from r2s.evaluation.statistics import collect, dialogues_path
from r2s.evaluation.table3 import PUBLISHED, table3_row
from r2s.evaluation.word_lists import WordList
from r2s.runs.reading import sound_trees
from r2s.samples.export import export
from r2s.samples.loading import load_export_settings
from r2s.views.statistics import print_statistics
from tests.evaluation.runs import played

PAIRS = [
    {"instruction": "Name a grey stone.", "output": "Granite is one."},
    {"instruction": "灯塔有多高？", "output": "塔身高四十八米。"},
    {"instruction": "Add these.", "input": "1 and 2", "output": "3"},
]


def quiet(count: int) -> None:
    """Nobody looks."""


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return played(tmp_path)


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.jsonl"
    rows = [json.dumps(row, ensure_ascii=False) for row in [*PAIRS, {"instruction": "Nobody answers."}]]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_run_has_a_line_a_dialogue_and_figures_of_all(run: Path) -> None:
    source = open_source(run)
    measure_coherence(source, "lexical", quiet)

    report = collect(source, WordList(["lighthouse"]), encoder="lexical")

    rows = lines(run / "stats" / "dialogues.jsonl")
    assert len(rows) == report["talks"] == 3
    assert report["languages"] == {"en": 2, "zh": 1}
    for row in rows:
        assert {"tree", "leaf", "foreknowledge", "persona_lapses", "grounded_sentences", "coherent"} <= set(row)
    mean = sum(row["copied"] for row in rows) / 3
    assert report["means"]["copied"] == {"mean": pytest.approx(mean, abs=1e-4), "talks": 3}
    assert report["logic"]["target"]["question-answer"] == 0.3
    assert report["listed_words"]["lighthouse"] >= 2
    assert report["means"]["listed_words"]["mean"] == pytest.approx(report["listed_words"]["lighthouse"] / 3, abs=1e-4)
    assert set(report["diversity"]) == {"en user", "en assistant", "zh user", "zh assistant"}
    assert sum(report["new_tags"]["words"]["new"].values()) == pytest.approx(1, abs=1e-3)
    assert "ifd" not in rows[0]
    assert json.loads((run / "stats" / "stats.json").read_text("utf-8")) == report


async def test_a_judges_answers_are_counted_with_the_rest(run: Path) -> None:
    source = open_source(run)
    async with Judging(load_config(), journal=None) as judging:
        await ask_judge(source, judging, list(QUESTIONS), quiet)

    report = collect(source, encoder="lexical")

    assert report["measured_by"]["judges"] == dict.fromkeys(QUESTIONS, "extractive")
    assert report["means"]["stands_alone"]["talks"] == 3
    assert report["unjudged"] == {}
    assert report["new_tags"]["judge"]["tags"] > 0
    (alone,) = (each for each in report["properties"] if each["name"] == "it stands alone")
    assert alone["by_judge"]["stands_alone"]["least"] == 4
    assert {"straw_men", "judged_contradictions"} <= set(lines(dialogues_path(source.folder))[0])


def test_ifd_is_measured_once_and_then_filters_an_export(run: Path, tiny: Path, tmp_path: Path) -> None:
    source, lm = open_source(run), LmSettings(path=str(tiny), template="plain")
    assert measure_likelihood(source, lm, quiet) == 3
    assert measure_likelihood(source, lm, quiet) == 0
    report = collect(source, encoder="lexical")
    measured = {row["tree"]: row["ifd"] for row in lines(dialogues_path(source.folder))}
    least, middle, most = sorted(measured.values())
    settings = with_stats(load_export_settings(filters=[f"ifd.most={(least + middle) / 2}"]), [run])

    done = export(sound_trees([run], lambda error: None), settings, tmp_path / "rows.jsonl")

    assert done.figures["dropped"] == {"ifd": 2}
    (row,) = lines(tmp_path / "rows.jsonl")
    assert measured[row["meta"]["tree"]] == least < most
    assert report["means"]["ifd"]["mean"] == pytest.approx(sum(measured.values()) / 3, abs=1e-4)


@pytest.mark.parametrize("method", ["direct", "review"])
def test_a_run_without_plans_or_reviews_has_its_properties_all_the_same(method: str, tmp_path: Path, capsys) -> None:
    source = open_source(played(tmp_path, method=method))

    print_statistics(collect(source, encoder="lexical"), "run", source.folder, paper=False, as_json=False)

    shown = capsys.readouterr().out
    assert "1 the user knows nothing in advance" in shown
    assert "distance from the target" not in shown


def test_any_figure_filters_an_export_of_several_runs(run: Path, tmp_path: Path) -> None:
    other = played(tmp_path, "other", seed=5)
    for path in (run, other):
        collect(open_source(path), encoder="lexical")
    settings = with_stats(
        load_export_settings(filters=["measured.least.turns=2", "measured.most.sums_up=0"]), [run, other]
    )

    done = export(sound_trees([run, other], lambda error: None), settings, tmp_path / "rows.jsonl")

    assert done.rows == 6


def test_an_export_that_filters_without_statistics_is_told_to_measure(run: Path, tmp_path: Path) -> None:
    settings = with_stats(load_export_settings(filters=["ifd"]), [run])

    with pytest.raises(ConfigError, match="run r2s stats RUN first"):
        export(sound_trees([run], lambda error: None), settings, tmp_path / "rows.jsonl")


def test_figures_by_a_model_that_was_trained_on_are_measured_anew(run: Path, tiny: Path, tmp_path: Path) -> None:
    import os
    import shutil

    copy = Path(shutil.copytree(tiny, tmp_path / "model"))
    source = open_source(run)
    measure_likelihood(source, LmSettings(path=str(copy)), quiet)
    os.utime(copy / "model.safetensors", ns=(1, 1))

    assert measure_likelihood(source, LmSettings(path=str(copy)), quiet) == 3


def test_pairs_make_a_row_of_table_3(pairs: Path, tiny: Path) -> None:
    source = open_source(pairs)
    with source.locked():
        measure_likelihood(source, LmSettings(path=str(tiny), template="plain"), quiet)
        measure_coherence(source, "lexical", quiet)
        report = collect(source, encoder="lexical")

    scored = [row["turns"][0] for row in lines(likelihood_file(source.folder).path)[1:]]
    row = table3_row("mine", report)
    assert source.folder == pairs.with_name("pairs.jsonl.stats")
    assert report["talks"] == 3
    assert "nobody answers" in report["damaged"][0]
    assert row.instruction_length == pytest.approx(sum(turn["question_tokens"] for turn in scored) / 3, abs=1e-4)
    assert row.instruction_ppl == pytest.approx(sum(perplexity(turn["question"]) or 0 for turn in scored) / 3, rel=1e-4)
    assert scored[2]["answer"] is None
    given = [perplexity(turn["answer_given"]) or 0 for turn in scored[:2]]
    assert row.response_ppl_2 == pytest.approx(sum(given) / 2, rel=1e-4)
    ratios = [(perplexity(turn["answer_given"]) or 0) / (perplexity(turn["answer"]) or 1) for turn in scored[:2]]
    assert row.ifd == pytest.approx(sum(ratios) / 2, abs=1e-4)
    assert report["properties"][0]["by_rule"]["foreknowledge"]["mean"] is None


def test_the_published_ifd_is_a_mean_of_ratios_and_no_ratio_of_means() -> None:
    original, recycled, *_ = PUBLISHED

    for row in (original, recycled):
        assert row.response_ppl_1
        assert row.response_ppl_2
        assert row.response_ppl_2 / row.response_ppl_1 != pytest.approx(row.ifd, abs=0.05)


def test_two_cannot_measure_into_the_same_folder_at_once(run: Path) -> None:
    source = open_source(run)

    with source.locked(), pytest.raises(ResumeError), source.locked():
        pass


def test_what_is_neither_a_run_nor_pairs_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no run directory and no file"):
        open_source(tmp_path / "none")
    with pytest.raises(ConfigError, match="is no run directory"):
        open_source(tmp_path)


def test_a_folder_without_a_model_is_named(run: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    with pytest.raises(ConfigError, match="holds no model"):
        measure_likelihood(open_source(run), LmSettings(path=str(tmp_path)), quiet)


def test_answers_of_an_interrupted_sitting_do_not_replace_whole_ones(run: Path) -> None:
    source = open_source(run)

    async def sit(judging: Judging) -> None:
        async with judging:
            await ask_judge(source, judging, ["tagger"], quiet)

    asyncio.run(sit(Judging(load_config())))
    whole = answers_file(source.folder, "tagger").path.read_bytes()
    with pytest.raises(RuntimeError):
        asyncio.run(sit(Judging(load_config(), models=lambda name: Broken())))

    assert answers_file(source.folder, "tagger").path.read_bytes() == whole
    assert not list(source.folder.glob("*.tmp"))


class Broken:
    name = "broken"

    async def answer(self, request: Any) -> Any:
        raise RuntimeError("gone")
