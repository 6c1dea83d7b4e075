"""The page of a run in a browser: a table to sort and to filter."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from r2s.views.static import write_pages
from tests.trees.forest import make_tree
from tests.views.conftest import Show
from tests.views.test_static import run_of

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """250 trees, of which every fifth is Chinese; coverage falls, and one document has an evil name."""
    first = make_tree()
    trees = []
    for number in range(250):
        title = "<img src=x onerror=alert(1)>" if number == 7 else f"Document {number}"
        document = first.document.model_copy(update={"title": title, "lang": "zh-Hans" if number % 5 == 0 else "en"})
        update = {"id": f"t{number}", "document": document, "coverage": (250 - number) / 1000}
        trees.append(first.model_copy(update=update))
    run = run_of(tmp_path / "run", trees)
    (run / "errors.jsonl").write_text(
        '{"kind": "document", "document": "bad.pdf", "replicate": 0, "message": "no text"}\n'
    )
    return write_pages(run, tmp_path / "out").index


def column(page: Page, place: int) -> list[str]:
    return page.locator(f".rows tbody tr > :nth-child({place})").all_text_contents()


def test_the_table_sorts_both_ways_and_remembers_it_in_its_address(show: Show, index: Path) -> None:
    page = show(index)

    page.get_by_role("button", name="Coverage").click()
    assert column(page, 7)[0] == "25 %"
    page.get_by_role("button", name="Coverage").click()
    assert column(page, 7)[0] == "0 %"
    assert page.locator("[aria-sort=ascending]").text_content() == "Coverage"

    again = show(index, page.evaluate("location.hash"))
    assert column(again, 1) == column(page, 1)


def test_a_search_leaves_what_holds_every_word(show: Show, index: Path) -> None:
    page = show(index)

    page.get_by_label("Search the trees").fill("zh document")

    expect(page.locator(".match-count")).to_have_text("50 of 250 trees")
    assert set(column(page, 2)) == {"zh-Hans"}


def test_many_rows_are_shown_some_hundred_at_a_time(show: Show, index: Path) -> None:
    page = show(index)
    assert page.locator(".rows tbody tr").count() == 200

    page.get_by_role("button", name="Show 50 more of 50").click()

    assert page.locator(".rows tbody tr").count() == 250


def test_a_table_without_a_row_says_why(show: Show, index: Path) -> None:
    page = show(index)
    expect(page.locator(".table-host .none")).to_be_hidden()

    page.locator("#search").fill("no such document")

    expect(page.locator(".table-host .none")).to_have_text("Nothing here has these words.")


def test_a_row_leads_to_the_page_of_its_tree_and_back(show: Show, index: Path) -> None:
    page = show(index.parent / "trees/t3.html")

    expect(page.get_by_title("All trees of this run")).to_have_attribute("href", "../index.html")
    expect(page.get_by_label("Previous tree")).to_have_attribute("href", "t2.html")
    listed = show(index).locator(".rows a").nth(3)
    assert (index.parent / (listed.get_attribute("href") or "")).samefile(index.parent / "trees/t3.html")


def test_what_failed_is_counted_and_names_are_text(show: Show, index: Path) -> None:
    page = show(index)

    expect(page.locator(".failures")).to_contain_text("1 document failed: document 1")
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of(show: Show, index: Path, theme: str) -> None:
    page = show(index, color_scheme=theme)

    assert Axe().run(page).violations_count == 0
