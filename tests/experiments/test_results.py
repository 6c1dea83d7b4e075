"""Tables, figures and reports: complete, the same for the same runs, and safe to open."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from r2s.errors import ConfigError
from r2s.evaluation.collectors import Measure
from r2s.experiments.analysis import analyse
from r2s.experiments.collecting import cells_in
from r2s.experiments.directory import SweepDirectory
from r2s.experiments.figures.catalogue import drawings_of
from r2s.experiments.figures.style import write
from r2s.experiments.reports.contents import contents
from r2s.experiments.reports.markdown import markdown
from r2s.experiments.reports.page import page
from r2s.experiments.reports.story import Story, story_of
from r2s.experiments.results import Choices, write_results
from r2s.samples.filters.size import Turns
from tests.evaluation.runs import played as run
from tests.experiments.tables import table

HOSTILE = '<script src="http://example.org/x.js"></script>](http://example.org) | `x` *y* 桥'


def results(sweep: Path, out: Path, **choices):
    out.mkdir(exist_ok=True)
    cells = list(SweepDirectory(sweep).runs())
    return write_results(cells, out, story_of(cells, None), Choices(**choices))


@pytest.fixture(scope="module")
def written(played, tmp_path_factory):
    out = tmp_path_factory.mktemp("results")
    results(played, out)
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_has_a_row_for_every_document_cell_and_seed(written):
    found = rows(written / "table.csv")

    assert len(found) == 5 * 2 * 2
    assert {row["status"] for row in found} == {"finished", "failed"}
    assert [row["cell"] for row in found[:2]] == ["reviewers=0", "reviewers=2"]
    assert {row["language"] for row in found if row["status"] == "finished"} == {"en", "zh-Hans"}


def test_a_failed_document_gave_no_accepted_sample_and_no_other_number(written):
    failed = [row for row in rows(written / "table.csv") if row["status"] == "failed"]

    assert [row["accepted"] for row in failed] == ["0"] * 4
    assert {row["coverage"] for row in failed} == {""}


def test_numbers_that_cannot_be_given_are_empty_and_not_zero(written):
    unreviewed = [
        row for row in rows(written / "table.csv") if row["cell"] == "reviewers=0" and row["status"] == "finished"
    ]

    assert {row["dissent"] for row in unreviewed} == {row["review_score"] for row in unreviewed} == {""}
    assert {row["reviewers"] for row in unreviewed} == {"0"}


def test_every_column_of_the_table_is_there_once(written):
    head = (written / "table.csv").read_text(encoding="utf-8").splitlines()[0].split(",")

    assert len(set(head)) == len(head)
    assert {(row["cell"], row["reviewers"]) for row in rows(written / "table.csv")} == {
        ("reviewers=0", "0"),
        ("reviewers=2", "2"),
    }


def test_a_measure_that_is_called_as_a_setting_is_refused(played, tmp_path):
    with pytest.raises(ConfigError, match="two columns reviewers; give the measure of that name another one"):
        results(played, tmp_path / "twice", judge_measures=(Measure("reviewers", "mine"),))


def test_what_turns_give_is_averaged_over_the_dialogue(written):
    turns = rows(written / "turns.csv")

    for row in rows(written / "table.csv"):
        values = [
            float(turn["copied"]) for turn in turns if turn["tree"] == row["tree"] and turn["cell"] == row["cell"]
        ]
        if row["status"] == "finished":
            assert len(values) == float(row["turns"])
            assert float(row["copied"]) == pytest.approx(sum(values) / len(values), abs=1e-5)


def test_the_same_runs_give_the_same_bytes(played, written, tmp_path_factory):
    again = tmp_path_factory.mktemp("again")
    results(played, again)

    names = sorted(path.relative_to(written) for path in written.rglob("*") if path.is_file())
    assert {name: (again / name).read_bytes() for name in names} == {
        name: (written / name).read_bytes() for name in names
    }
    assert {"table.csv", "turns.csv", "report.md", "report.html", "figures/outcomes.svg"} <= {
        str(name) for name in names
    }


def test_figures_have_their_data_beside_them_and_carry_no_date(written):
    figures = written / "figures"
    names = {path.stem for path in figures.iterdir()}

    assert names >= {"outcomes", "panel", "quality-and-cost"}
    assert all((figures / f"{name}{ending}").exists() for name in names for ending in (".svg", ".png", ".csv"))
    assert not any("dc:date" in path.read_text(encoding="utf-8") for path in figures.glob("*.svg"))


def test_an_accepted_sample_is_what_the_users_filters_say(played, tmp_path):
    results(played, tmp_path / "strict", filters=(Turns(least=50),))

    assert {row["accepted"] for row in rows(tmp_path / "strict" / "table.csv")} == {"0"}


def test_old_runs_are_cells_by_what_differs_in_their_settings(tmp_path):
    runs = [run(tmp_path, f"run-{count}-{seed}", reviewers=count, seed=seed) for count in (0, 1) for seed in (0, 1)]

    cells = cells_in(runs)

    assert [(cell.name, cell.seed, cell.settings) for cell in cells] == [
        ("reviewers=0", 0, {"reviewers": 0}),
        ("reviewers=0", 1, {"reviewers": 0}),
        ("reviewers=1", 0, {"reviewers": 1}),
        ("reviewers=1", 1, {"reviewers": 1}),
    ]
    with pytest.raises(ConfigError, match="same settings and seed"):
        cells_in([runs[0], runs[0]])


def test_a_dialogue_that_one_cell_has_not_played_is_missing(tmp_path):
    runs = [run(tmp_path, "two", count=2, reviewers=0), run(tmp_path, "three", count=3, reviewers=1)]
    cells = cells_in(runs)

    write_results(cells, tmp_path, story_of(cells, None), Choices())

    assert [row["status"] for row in rows(tmp_path / "table.csv")] == ["finished"] * 4 + ["missing", "finished"]


def test_runs_that_have_different_documents_under_one_id_are_not_compared(tmp_path):
    docs = tmp_path / "documents-1.jsonl"
    docs.write_text(json.dumps({"id": "d0", "title": "Cape", "text": "A cape is a point of land. It juts out to sea."}))
    runs = [run(tmp_path, "odd", count=1, reviewers=0), run(tmp_path, "three", count=3, reviewers=1)]
    cells = cells_in(runs)

    with pytest.raises(ConfigError, match="different documents under the id 'd0'"):
        write_results(cells, tmp_path, story_of(cells, None), Choices())


def test_names_that_long_for_attention_stay_text(tmp_path):
    cells = {HOSTILE: {"score": [1.0, 2.0, 3.0]}, "plain": {"score": [2.0, 2.5, 4.0]}}
    analysis = analyse(table(cells, {HOSTILE: {"a": HOSTILE}, "plain": {"a": "plain"}}), {})
    drawings = drawings_of(analysis)
    for drawing in drawings:
        write(drawing, tmp_path)
    story = Story(HOSTILE, ("cod",), {"default": (HOSTILE,)}, HOSTILE, (HOSTILE,))
    blocks = list(contents(analysis, story, drawings))

    html, text = page(HOSTILE, blocks, tmp_path), markdown(blocks)

    seen = Seen()
    seen.feed(html)
    assert seen.tags.isdisjoint({"script", "a", "iframe", "link"})
    assert '<span lang="zh">桥</span>' in html
    assert "<script" not in text.replace("\\<script", "")
    assert "](http" not in text.replace("\\](http", "")


class Seen(HTMLParser):
    """Which tags a page has, and where its pictures come from."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.sources: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_needs_no_network_and_allows_none(written):
    html = (written / "report.html").read_text(encoding="utf-8")

    seen = Seen()
    seen.feed(html)
    assert seen.sources
    assert all(source.startswith("data:image/svg+xml;base64,") for source in seen.sources)
    assert re.search(r"default-src 'none'; img-src data:; style-src 'sha256-", html)


def test_the_report_of_the_baseline_says_that_it_shows_nothing_about_language_models(written):
    told = (written / "report.md").read_text(encoding="utf-8")

    assert "no conclusion about that can be drawn" in told
    assert "No judge was asked" in told


def test_a_judges_scores_are_outcomes(played, tmp_path):
    def judged(directory):
        return {tree.id: {"kbench_avg": 3.0 + tree.totals.turns / 10} for tree in directory.read_trees()}

    found = results(
        played,
        tmp_path / "judged",
        judged=judged,
        judge_measures=(Measure("kbench_avg", "K-BENCH average", better="higher"),),
    )

    assert found.analysis.primary.name == "kbench_avg"
    assert all(float(row["kbench_avg"]) > 3 for row in rows(tmp_path / "judged" / "table.csv") if row["tree"])


def test_the_baseline_is_told_apart_and_a_name_that_is_none_is_refused(played, tmp_path):
    found = results(played, tmp_path / "turned", baseline="reviewers=2")

    assert {contrast.cell for contrast in found.analysis.contrasts} <= {"reviewers=0"}
    with pytest.raises(ConfigError, match="no such cell"):
        results(played, tmp_path / "turned", baseline="reviewers=7")
