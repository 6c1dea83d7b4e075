"""The page of a tree in a browser: what it shows, by which keys, and that it holds what Python holds."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from r2s.samples.flatten import flatten
from r2s.trees.tree import ConversationTree
from r2s.views.said import said_spans
from r2s.views.tree_page import tree_page
from tests.views import trees
from tests.views.conftest import Show

pytestmark = pytest.mark.xdist_group("browser")

TABS = ("reviews", "evidence", "plan", "trace", "json", "sample")

# What each mark covers, by its number: the pieces of overlapping marks put together again.
MARKED = """(host) => {
  const found = {};
  for (const mark of document.querySelectorAll(`${host} mark`))
    for (const number of mark.dataset.numbers.split(" ")) found[number] = (found[number] ?? "") + mark.textContent;
  return found;
}"""


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def selected(page: Page) -> str:
    return page.locator("#status code").inner_text()


def select(page: Page, id: str) -> None:
    page.evaluate("(id) => document.querySelector(`.row[data-id='${id}']`).click()", id)


def test_the_outline_lists_every_message_as_a_tree(show: Show) -> None:
    tree = trees.english()
    page = show(tree_page(tree))

    press(page, "*")

    rows = page.locator("[role=tree] [role=treeitem]")
    ids = rows.evaluate_all("rows => rows.map((row) => row.dataset.id)")
    levels = rows.evaluate_all("rows => rows.map((row) => Number(row.ariaLevel))")
    assert sorted(ids) == sorted(node.id for node in tree.nodes)
    assert dict(zip(ids, levels, strict=True)) == {node.id: len(tree.path_to(node.id)) for node in tree.nodes}
    assert rows.evaluate_all("rows => rows.filter((row) => row.tabIndex === 0).length") == 1


def test_the_main_path_is_open_at_first_and_read_along(show: Show) -> None:
    tree = trees.english()

    page = show(tree_page(tree))

    read = page.locator("#dialogue article").evaluate_all("all => all.map((one) => one.dataset.id)")
    assert read == [node.id for node in tree.dialogues()[0]]
    for node in tree.dialogues()[0]:
        assert page.locator(f".row[data-id='{node.id}']").count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of(show: Show, theme: Any) -> None:
    page = show(tree_page(trees.english()), "#tab=evidence&e=1", color_scheme=theme)
    steps: list[Callable[[], None]] = [lambda tab=tab: press(page, str(TABS.index(tab) + 1)) for tab in TABS]
    steps += [
        lambda: press(page, "m"),
        lambda: press(page, "m", "d"),
        lambda: press(page, "f"),
        lambda: press(page, "Escape", "?"),
    ]

    for number, step in enumerate(steps):
        step()
        found = Axe().run(page)
        assert found.violations_count == 0, f"step {number}: {found.generate_report()}"


def test_a_tour_by_keyboard_alone(show: Show) -> None:
    tree = trees.english()
    page = show(tree_page(tree))
    for _ in range(30):
        if page.evaluate("document.activeElement.getAttribute('role')") == "treeitem":
            break
        press(page, "Tab")
    assert page.evaluate("document.activeElement.dataset.id") == selected(page)

    press(page, "Home")
    assert selected(page) == tree.nodes[0].id
    press(page, "ArrowDown")
    below = selected(page)
    assert tree.node(below).parent == tree.nodes[0].id
    press(page, "ArrowLeft")
    assert below == selected(page) or selected(page) == tree.nodes[0].id
    press(page, "Home", "ArrowLeft")
    assert page.locator("[role=treeitem]").count() == 1
    press(page, "ArrowRight", "ArrowRight")
    assert tree.node(selected(page)).parent == tree.nodes[0].id
    press(page, "j")
    assert tree.node(selected(page)).role == "user"
    press(page, "k", "]")
    assert len(tree.path_to(selected(page))) == 2
    for number, tab in enumerate(TABS, 1):
        press(page, str(number))
        expect(page.locator(f"#tab-{tab}")).to_have_attribute("aria-selected", "true")
    press(page, "e")
    expect(page.locator("#details mark.is-active").first).to_be_visible()
    press(page, "m")
    expect(page.locator(".map-canvas")).to_be_visible()
    press(page, "m", "d")
    expect(page.get_by_role("heading", name="Compare siblings")).to_be_visible()
    press(page, "Escape")
    expect(page.get_by_role("heading", name="Compare siblings")).to_have_count(0)
    press(page, "/")
    page.keyboard.type("granite")
    expect(page.locator(".match-count")).to_contain_text(f"of {len(tree.nodes)} messages")
    press(page, "Enter")
    assert (
        "granite"
        in page.locator("article.is-selected").inner_text().lower() + page.locator("#details").inner_text().lower()
    )
    press(page, "Escape")
    expect(page.locator(".active-filters")).to_be_hidden()
    press(page, "f")
    expect(page.locator("#filter-panel")).to_be_visible()
    press(page, "Escape", "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    press(page, "Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press(page, "t")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_b_goes_to_branch_points_and_x_to_what_is_worth_a_look(show: Show) -> None:
    tree = trees.english()
    page = show(tree_page(tree))
    branches = {node.id for node in tree.nodes if sum(child.status == "kept" for child in tree.children(node.id)) > 1}
    flawed = {node.id for node in tree.nodes if node.status == "kept" and node.flaws and node.role == "assistant"}
    assert branches
    assert flawed

    press(page, "b")
    assert selected(page) in branches
    press(page, "x")
    assert selected(page) in flawed


def test_keys_leave_those_who_type_alone_and_can_be_switched_off(show: Show) -> None:
    page = show(tree_page(trees.english()))

    press(page, "/")
    page.keyboard.type("m")
    expect(page.locator(".outline")).to_be_visible()
    press(page, "Escape", "?")
    page.get_by_label("Single keys act").uncheck()
    press(page, "Escape", "m")

    expect(page.locator(".outline")).to_be_visible()
    before = selected(page)
    page.locator(f".row[data-id='{before}']").focus()
    press(page, "ArrowDown")
    assert selected(page) != before


def seen(page: Page) -> dict[str, Any]:
    """What a reader has before them."""
    return {
        "selected": selected(page),
        "tab": page.locator("[role=tab][aria-selected=true]").inner_text(),
        "is map": page.locator(".map-canvas").is_visible(),
        "passing": page.locator(".match-count").inner_text(),
        "compared": page.locator(".picker select").input_value(),
        "chips": page.locator(".chip.is-on").all_inner_texts(),
        "query": page.locator("#search").input_value(),
    }


def test_a_permalink_shows_the_same_again(show: Show) -> None:
    html = tree_page(trees.english())
    page = show(html)
    press(page, "b", "j", "d", "5", "f")
    page.locator("#filter-panel").get_by_role("button", name="rejected").click()
    page.locator("#filter-panel").get_by_role("button", name="assistant", exact=False).first.click()
    press(page, "Escape", "/")
    page.keyboard.type("the")
    page.locator("#tree").get_by_role("button", name="Map").click()
    address = page.evaluate("location.hash")

    again = show(html, address)

    assert seen(again) == seen(page)
    assert again.evaluate("location.hash") == address


def test_filters_count_what_python_counts(show: Show) -> None:
    tree = trees.english()
    page = show(tree_page(tree))
    counts = {
        "role": Counter(node.role for node in tree.nodes),
        "status": Counter(node.status for node in tree.nodes),
        "flaw": Counter(flaw for node in tree.nodes for flaw in node.flaws),
        "type": Counter(node.plan.type for node in tree.nodes if node.plan),
        "agent": Counter(node.agent for node in tree.nodes),
    }

    for name, values in counts.items():
        for value, count in values.items():
            page.evaluate("(filters) => { location.hash = `f=${filters}`; }", f"{name}:{value}")
            expect(page.locator(".match-count")).to_have_text(f"{count} of {len(tree.nodes)} messages")
            assert page.locator(".row:not(.is-dim)").count() == count
    limit = 3.7
    scores = {
        id: score
        for row in flatten(tree)
        for id, score in zip(row["meta"]["path"][1::2], row["meta"]["scores"], strict=True)
    }
    page.evaluate("(limit) => { location.hash = `f=score<${limit},status:kept`; }", limit)
    below = sum(score is not None and score < limit for score in scores.values())
    expect(page.locator(".match-count")).to_contain_text(f"{below} of")


@pytest.mark.parametrize("make", [trees.english, trees.chinese, trees.overlapping])
def test_every_mark_is_the_slice_that_python_means(show: Show, make: Callable[[], ConversationTree]) -> None:
    tree = make()
    page = show(tree_page(tree), "#tab=evidence")
    press(page, "*")
    text = tree.document.text
    cited = [node for node in tree.nodes if node.evidence]
    assert cited

    for node in cited:
        select(page, node.id)
        slices = {str(number): text[span.start : span.end] for number, span in enumerate(node.evidence, 1)}
        assert page.evaluate(MARKED, ".source") == slices
        said: dict[str, str] = {}
        for place in said_spans(node, tree.document.lang):
            said[str(place.evidence + 1)] = said.get(str(place.evidence + 1), "") + node.text[place.start : place.end]
        assert page.evaluate(MARKED, "article.is-selected") == said
        assert page.locator("article.is-selected .prose").text_content() == node.text
    assert page.locator(".source-block").all_text_contents() == [text]


def test_marks_lead_from_the_reply_to_the_document_and_back(show: Show) -> None:
    tree = trees.english()
    page = show(tree_page(tree))
    reply = tree.dialogues()[0][3]

    page.locator(f"article[data-id='{reply.id}'] mark").first.click()

    expect(page.locator(".source mark.is-active").first).to_be_in_viewport()
    expect(page.locator(f"article[data-id='{reply.id}'] mark.is-active").first).to_be_visible()
    other = page.locator(".source-block .is-covered").first
    other.click(position={"x": 2, "y": 6})
    assert selected(page) != reply.id
    assert tree.node(selected(page)).evidence


def test_samples_are_those_of_the_export_with_what_is_trained_on(show: Show) -> None:
    tree = trees.english()
    page = show(tree_page(tree), "#tab=sample")
    press(page, "*")

    for row in flatten(tree):
        select(page, row["meta"]["path"][-1])
        messages = page.locator(".sample-messages li")
        assert messages.locator(".sample-text").all_text_contents() == [one["content"] for one in row["messages"]]
        trained = messages.evaluate_all("all => all.flatMap((one, at) => one.matches('.is-trained') ? [at] : [])")
        assert trained == row["meta"]["train"]
    rejected = next(node for node in tree.nodes if node.status == "rejected")
    select(page, rejected.id)
    expect(page.locator("#tab-panel")).to_contain_text("In no sample: this draft was rejected")


def test_the_matrix_holds_every_score_and_vote(show: Show) -> None:
    tree = trees.english()
    page = show(tree_page(tree))
    reply = tree.node(selected(page))

    rows = page.locator(".matrix tbody tr")

    assert len(reply.reviews) == 5
    assert rows.locator("th").all_text_contents() == [review.reviewer.replace("-", " ") for review in reply.reviews]
    for index, review in enumerate(reply.reviews):
        cells = rows.nth(index).locator("td").all_text_contents()
        assert cells[: len(review.scores)] == [str(score) for score in review.scores.values()]
        assert review.vote is not None
        assert review.vote in cells[-2]


def test_without_reviewers_the_page_says_so(show: Show) -> None:
    page = show(tree_page(trees.unreviewed()))

    expect(page.locator("#tab-panel")).to_contain_text("0 reviewers")
    expect(page.locator(".figures")).to_contain_text("0 reviewers")
    assert page.locator(".matrix").count() == 0


def test_one_reviewer_makes_a_matrix_of_one_row(show: Show) -> None:
    page = show(tree_page(trees.chinese()))

    assert page.locator(".matrix tbody tr").count() == 1
    assert page.locator(".spread").count() == 0


def test_plan_and_chain_are_shown_for_every_turn(show: Show) -> None:
    tree = trees.english()
    page = show(tree_page(tree), "#tab=plan")

    planned = [node.plan for node in tree.dialogues()[0] if node.plan]

    assert page.locator(".chain > li").count() == len(planned)
    for index, plan in enumerate(planned):
        expect(page.locator(".chain > li").nth(index)).to_contain_text(plan.purpose)


@pytest.mark.parametrize(
    ("first", "second", "gone", "new"),
    [
        (
            "It was built by Marr in 1844.",
            "It was first planned by Marr in 1840.",
            ["built ", "1844"],
            ["first planned ", "1840"],
        ),
        ("灯塔建于1844年，很高。", "灯塔重建于1881年，很高。", ["1844"], ["重", "1881"]),
        ("the same", "the same", [], []),
        ("gone, all of it", "整段换掉", ["gone, all of it"], ["整段换掉"]),
    ],
)
def test_siblings_are_compared_word_by_word_and_chinese_sign_by_sign(
    show: Show, first: str, second: str, gone: list[str], new: list[str]
) -> None:
    tree = trees.two_replies(first, second)

    page = show(tree_page(tree), "#n=d1&cmp=a1")

    assert page.locator(".side .prose").all_text_contents() == [first, second]
    assert page.locator("del").all_text_contents() == gone
    assert page.locator("ins").all_text_contents() == new


def test_messages_are_set_in_the_language_and_direction_they_are_written_in(show: Show) -> None:
    tree = trees.overlapping()
    arabic = tree.nodes[0].model_copy(update={"text": "ما هو الشيء المميز في المنارة؟"})
    page = show(tree_page(tree.model_copy(update={"nodes": (arabic, *tree.nodes[1:])})))

    words = page.locator("article.is-user .prose")

    assert words.evaluate("one => getComputedStyle(one).direction") == "rtl"
    chinese = show(tree_page(trees.chinese()))
    assert chinese.locator("article .prose").first.get_attribute("lang") == "zh-Hans"
    assert "CJK" in chinese.locator("article .prose").first.evaluate("one => getComputedStyle(one).fontFamily")


@pytest.mark.parametrize("width", [320, 640])
def test_narrow_screens_show_one_pane_and_never_scroll_sideways(show: Show, width: int) -> None:
    page = show(tree_page(trees.english()), width=width, height=640)

    for pane, name in (("tree", "Tree"), ("details", "Details"), ("dialogue", "Dialogue")):
        page.locator("#pane-tabs").get_by_role("button", name=name).click()
        assert page.locator(".pane:visible").count() == 1
        expect(page.locator(f"#{pane}")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(f"#{pane}").evaluate("one => one.scrollWidth <= one.clientWidth")
    page.locator("#pane-tabs").get_by_role("button", name="Tree").click()
    page.locator(".row").nth(1).click()
    expect(page.locator("#dialogue")).to_be_visible()


def test_on_paper_there_is_the_dialogue_alone(show: Show) -> None:
    tree = trees.english()
    page = show(tree_page(tree))

    page.emulate_media(media="print")

    expect(page.locator("#tree")).to_be_hidden()
    expect(page.locator("#details")).to_be_hidden()
    for node in tree.dialogues()[0]:
        expect(page.locator(f"article[data-id='{node.id}']")).to_be_visible()


def test_large_trees_are_packed_and_drawn_all_the_same(show: Show) -> None:
    tree = trees.wide(2000)
    html = tree_page(tree)
    assert 'data-packed="gzip"' in html

    page = show(html, "#view=map")

    assert page.locator(".dot").count() >= 1500
    press(page, "m")
    press(page, "*")
    assert page.locator("[role=treeitem]").count() == len(tree.nodes)


def test_a_star_stays_and_can_be_filtered_by(show: Show) -> None:
    page = show(tree_page(trees.english()))

    press(page, "s")
    page.evaluate("location.hash = 'f=star:yes'")

    expect(page.locator(".match-count")).to_contain_text("1 of")
    expect(page.locator("article.is-selected .star")).to_have_attribute("aria-pressed", "true")


def test_a_note_on_a_starred_message_is_kept_and_saved_as_a_line(show: Show) -> None:
    tree = trees.english()
    page = show(tree_page(tree))
    message = tree.node(selected(page))

    page.locator("article.is-selected").get_by_role("button", name="Star").click()
    page.get_by_label("Your note").fill("said too late — 太晚")
    page.reload()
    press(page, "f")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save my marks").click()

    (line,) = saved.value.path().read_text(encoding="utf-8").splitlines()
    assert saved.value.suggested_filename == f"{tree.id}.marks.jsonl"
    assert json.loads(line) == {
        "tree": tree.id,
        "document": tree.document.id,
        "node": message.id,
        "role": message.role,
        "note": "said too late — 太晚",
        "text": message.text,
    }


def test_the_json_tab_holds_the_message_as_it_is_in_the_tree(show: Show) -> None:
    tree = trees.english()
    page = show(tree_page(tree), "#tab=json")

    shown = json.loads(page.locator(".json").text_content() or "")

    assert shown == tree.node(selected(page)).model_dump(mode="json")


def test_the_page_lives_in_the_frame_of_a_notebook(show: Show, tmp_path: Any) -> None:
    frame = tree_page(trees.english()).replace("&", "&amp;").replace('"', "&quot;")
    host = (
        f'<html data-ready><body><iframe srcdoc="{frame}" sandbox="allow-scripts" width="1200" height="700"></iframe>'
    )

    page = show(host)
    inside = page.frame_locator("iframe")

    expect(inside.locator("article.is-selected")).to_be_visible()
    inside.locator(".row").nth(2).click()
    expect(inside.locator(".row").nth(2)).to_have_attribute("aria-selected", "true")
