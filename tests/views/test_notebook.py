"""Trees in a notebook: the page in a frame, an outline where no script runs, and nothing of either where text is shown."""

import html

import pytest
from lxml import html as reader
from playwright.sync_api import Frame, Page, expect

import r2s
from r2s.trees.tree import ConversationTree
from r2s.views import notebook
from r2s.views.notebook import Trees, tree_bundle
from r2s.views.outline import MOST_ROWS, outline_rows
from tests.trees.forest import make_tree
from tests.views import trees
from tests.views.conftest import Show
from tests.views.test_hostile_page import ATTACK, hostile

pytestmark = pytest.mark.xdist_group("browser")


def framed(show: Show, tree: ConversationTree) -> tuple[Page, Frame]:
    """A page that shows the tree as a notebook does, and the frame in it."""
    page = show(f'<!doctype html><html data-ready="yes"><meta charset="utf-8"><body>{tree._repr_html_()}</body></html>')
    frame = page.frames[1]
    frame.wait_for_selector("html[data-ready]")
    return page, frame


def test_the_page_is_at_work_in_its_frame(show: Show) -> None:
    tree = trees.english()
    page, frame = framed(show, tree)

    frame.locator(".row").nth(0).click()
    page.keyboard.press("j")
    page.keyboard.press("2")

    expect(frame.locator("#status code")).to_have_text(tree.dialogues()[0][1].id)
    expect(frame.locator("#tab-evidence")).to_have_attribute("aria-selected", "true")
    assert frame.url == "about:srcdoc"


def test_a_link_inside_a_notebook_is_the_end_of_an_address(show: Show) -> None:
    tree = trees.english()
    page, frame = framed(show, tree)
    frame.evaluate(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (words) => { window.copied = words; }}})"
    )

    frame.locator(".row").nth(0).click()
    page.keyboard.press("y")

    expect(frame.locator("#live")).to_have_text("Copied the link")
    assert frame.evaluate("window.copied") == f"#n={tree.nodes[0].id}"


def test_hostile_text_reaches_neither_the_notebook_nor_its_frame(show: Show) -> None:
    page, frame = framed(show, hostile())

    assert frame.evaluate("window.hit") is None
    assert page.evaluate("window.hit") is None
    assert page.locator("img, svg, link, body script, body style").count() == 0
    assert page.locator("iframe").count() == 1
    assert page.evaluate("document.querySelector('iframe').contentDocument") is None
    assert ATTACK[:40] in (page.locator("td").nth(3).text_content() or "")


def test_the_outline_tells_every_message_without_a_script() -> None:
    tree = trees.english()

    shown = reader.document_fromstring(tree._repr_html_())

    rows = shown.findall(".//tbody/tr")
    told = [str(row[3].text_content()) for row in rows]
    assert len(rows) == len(tree.nodes)
    assert all(node.text in text for text, node in zip(told, (row.node for row in outline_rows(tree)), strict=True))


def test_plain_text_is_an_outline_in_order() -> None:
    plain = tree_bundle(make_tree())["text/plain"].splitlines()

    assert plain[0] == "It: cod_review, 2 turns, 7 messages, 50% covered, ended by no_new_matter"
    assert plain[1:] == [
        "1 User: one?",
        "    d1, rejected: a draft".replace("d1", "1 assistant"),
        "1 Assistant 3.0: first reply",
        "    2 User: three?",
        "    2 Assistant: third reply",
        "2 User: two?",
        "2 Assistant: second reply",
    ]


def test_a_page_above_the_limit_is_left_to_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = trees.unreviewed()
    monkeypatch.setattr(notebook, "LARGEST_PAGE", 1000)

    shown = tree._repr_html_()

    assert "<iframe" not in shown
    assert "write_text(tree_page(tree)" in shown
    assert html.escape(tree.nodes[0].text) in shown


def test_a_tree_of_a_thousand_messages_has_a_short_outline() -> None:
    bundle = tree_bundle(trees.wide(500))

    assert bundle["text/html"].count("<tr>") == MOST_ROWS + 1
    assert bundle["text/plain"].endswith("and 801 more messages")


def test_a_list_of_trees_is_a_table() -> None:
    listed = Trees([make_tree(), trees.chinese()])

    rows = reader.document_fromstring(listed._repr_html_()).findall(".//tbody/tr")
    assert [row[1].text_content() for row in rows] == ["It", "斯凯里灯塔"]
    assert repr(listed).splitlines()[1].split() == ["It", "cod_review", "2", "7", "50%", "3.0", "no_new_matter"]
    assert repr(Trees()) == "Document  Method  Turns  Messages  Coverage  Score  Ended by"


def test_what_run_returns_shows_itself() -> None:
    played = r2s.run(r2s.document(trees.ENGLISH, title="Skerry"), turns=1, reviewers=0, candidates=1)

    assert "<td" in played._repr_html_()
    assert played[0]._repr_mimebundle_().keys() == {"text/html", "text/plain"}
    assert repr(played[0]).startswith("ConversationTree(id=")
    assert len(repr(played[0])) < 200
