"""The page of a comparison in a browser: its points lead to trees, its table has their numbers, nothing runs."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from r2s.errors import ConfigError
from r2s.experiments.directory import SweepDirectory
from r2s.experiments.reports.record import read_record
from r2s.experiments.reports.story import story_of
from r2s.experiments.results import Choices, write_results
from r2s.views.comparison_page import Point, comparison_page
from r2s.views.static import Written
from r2s.views.static_comparison import write_comparison
from tests.experiments.conftest import docs as docs
from tests.experiments.conftest import played as played
from tests.views.conftest import Show

pytestmark = pytest.mark.xdist_group("browser")

HOSTILE = "</script><img src=x onerror=alert(1)>"
COVERAGE = {"name": "coverage", "label": "coverage", "better": "higher", "of": [0, 1], "is_share": True}
CALLS = {"name": "calls", "label": "calls", "better": None, "of": None, "is_share": False}


def page_of(cells: tuple[str, ...] = ("reviewers=0", "reviewers=3"), documents: int = 4, **record: Any) -> str:
    """Each document has 10 points of coverage more in the later cell, and the last one has failed there."""
    points = [
        Point(name, 0, 0, cell, *(("failed", None, (None, None)) if last else ("finished", "t.html", (value, 3.0))))
        for place, cell in enumerate(cells)
        for number in range(documents)
        for name in [HOSTILE if number == 1 else f"文档 {number}"]
        for last in [place > 0 and number == documents - 1]
        for value in [0.2 + 0.05 * number + 0.1 * place]
    ]
    known = {
        "title": HOSTILE,
        "models": {"default": ["extractive"]},
        "measures": [COVERAGE, CALLS],
        "runs": [{"cell": cell, "seed": 0} for cell in cells],
        "blocks": [
            {"kind": "paragraph", "text": HOSTILE, "is_notice": True},
            {"kind": "grid", "head": ["", "桥"], "rows": [["a", "1"]], "names": 1},
        ],
    }
    runs = [{"cell": cell, "seed": 0, "trees": documents, "address": "runs/1/index.html"} for cell in cells]
    return comparison_page({**known, **record}, points, runs, Path())


@pytest.fixture(scope="module")
def pages(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The pages of a sweep as `r2s view SWEEP --static` writes them."""
    cells = list(SweepDirectory(played).runs())
    write_results(cells, played, story_of(cells, None), Choices())
    return write_comparison(played, tmp_path_factory.mktemp("pages"))


def test_every_point_leads_to_a_page_that_is_there(pages: Written, show: Show) -> None:
    page = show(pages.index)

    points = page.locator(".points a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")

    assert len(points) == pages.trees == 16
    assert all((pages.index.parent / address).is_file() for address in points)
    assert page.locator(".report img").count() > 2


def test_a_run_of_the_comparison_leads_back_to_it(pages: Written, show: Show) -> None:
    page = show(pages.index.parent / "runs" / "1" / "index.html")

    assert page.locator(".brand").get_attribute("href") == "../../index.html"


def test_the_table_tells_each_document_by_cell_and_those_that_moved_most_first(show: Show) -> None:
    page = show(page_of())

    assert page.locator(".rows thead th").all_text_contents() == [
        "Document",
        "Seed",
        "reviewers=0",
        "reviewers=3",
        "Apart",
    ]
    cells = [row.locator("th, td").all_text_contents() for row in page.locator(".rows tbody tr").all()]
    assert cells[0][2:] == ["20.0 %", "30.0 %", "10.0 %"]
    assert cells[-1][2:] == ["35.0 %", "failed", "–"]


def test_a_document_is_followed_through_the_cells_from_the_table_and_from_its_points(show: Show) -> None:
    page = show(page_of())
    line = page.locator(".trace")

    page.locator(".rows a").first.focus()
    assert len((line.get_attribute("points") or "").split()) == 2
    page.locator(".rows a").first.blur()
    assert line.get_attribute("points") == ""
    page.locator(".points a").first.hover()
    assert len((line.get_attribute("points") or "").split()) == 2


def test_the_measure_and_the_search_are_in_the_address(show: Show) -> None:
    page = show(page_of())
    page.get_by_label("Measure").select_option("calls")
    page.get_by_label("Search the documents").fill("文档 0")

    again = show(page_of(), page.evaluate("location.hash"))

    assert again.get_by_label("Measure").evaluate("one => one.selectedOptions[0].text") == "calls"
    expect(again.locator(".rows tbody tr")).to_have_count(1)
    assert again.locator(".points circle").count() == 2


def test_what_strangers_wrote_stays_text(show: Show) -> None:
    page = show(page_of())

    assert page.title().startswith(HOSTILE)
    assert page.locator(".report .notice").text_content() == HOSTILE
    assert page.locator("main img[src='x'], main script").count() == 0
    assert page.locator(".rows").get_by_text(HOSTILE).count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(show: Show, theme: str, width: int) -> None:
    page = show(page_of(), width=width, color_scheme=theme)

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


def test_a_few_cells_are_seen_at_once_on_a_narrow_screen(show: Show) -> None:
    page = show(page_of(cells=("one", "two", "three")), width=375)

    assert page.locator(".points").evaluate("one => one.scrollWidth <= one.clientWidth")


def test_a_single_value_can_be_drawn(show: Show) -> None:
    page = show(page_of(cells=("as configured",), documents=1))

    assert page.locator(".points circle").count() == 1


def test_what_is_no_comparison_is_told(tmp_path: Path, pages: Written, played: Path) -> None:
    with pytest.raises(ConfigError, match=re.escape("report.json; r2s collect")):
        read_record(tmp_path)
    (tmp_path / "report.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match="not the record of a comparison"):
        read_record(tmp_path)
    (tmp_path / "report.json").write_bytes((played / "report.json").read_bytes())
    with pytest.raises(ConfigError, match=r"no run directory|table\.csv"):
        write_comparison(tmp_path, tmp_path / "out")
