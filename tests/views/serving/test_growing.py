"""A branch in the page while it is played: message by message, over a reload, and gone again where it comes to nothing."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from benchmarks.processes import ServerProcess
from r2s.errors import TurnError
from r2s.runs.directory import RunDirectory
from r2s.trees.tree import ConversationTree
from r2s.views.said import said_spans
from r2s.views.serving.fork_desk import Job
from r2s.views.serving.growth import Growth
from tests.trees.forest import make_tree
from tests.views.serving.conftest import Serve, Served, Visit

pytestmark = pytest.mark.xdist_group("browser")

COMING = re.compile("The (assistant|user) is about to|with the panel")


@pytest.fixture(scope="module")
def mock() -> Iterator[ServerProcess]:
    """A model that takes so long that a page sees every message come."""
    server = ServerProcess("--latency", "0.5")
    yield server
    server.close()


def tree_of(run: Path) -> ConversationTree:
    (tree,) = RunDirectory(run).read_trees()
    return tree


def begin(served: Served, run: Path, **changes: Any) -> None:
    """Fork the first reply under a model that takes its time."""
    served.get("/")
    tree = tree_of(run)
    asked = {"tree": tree.id, "node": tree.dialogues()[0][1].id, "agreed": True, "turns": 4, **changes}
    answer = served.post("/fork", {"models": {"default": "openai:mock"}, **asked})
    assert answer.status == 202, answer.body


def news(served: Served) -> Iterator[dict[str, Any]]:
    """What a page hears until the fork is over."""
    since, deadline = "", time.monotonic() + 60
    while time.monotonic() < deadline:
        heard = served.get(f"/fork?since={since}").data
        since = heard["since"]
        yield heard
        if not heard["goes"]:
            return
        time.sleep(0.05)


def open_page(served: Served, visit: Visit, run: Path, **context: Any) -> Page:
    tree = tree_of(run)
    return visit(f"{served.url}trees/{tree.id}.html#n={tree.dialogues()[0][1].id}", **context)


def growing(page: Page) -> Any:
    return page.locator("article.is-growing")


def test_messages_are_told_as_they_come_each_once_and_no_file_changes_before_the_end(
    serve: Serve, finished: Path
) -> None:
    served, before = serve(finished), (finished / "trees.jsonl").read_bytes()
    known = {node.id for node in tree_of(finished).nodes}
    begin(served, finished, reviewers=1)

    heard, steps, files = {}, [], []
    for one in filter(lambda one: one["grown"], news(served)):
        files.append((finished / "trees.jsonl").read_bytes())
        steps.append([message["node"]["role"] for message in one["grown"]])
        heard |= {message["node"]["id"]: message for message in one["grown"]}

    tree = tree_of(finished)
    assert heard.keys() == {node.id for node in tree.nodes} - known
    assert {*files[:-1]} == {before}
    assert steps[0] == ["user"]
    assert len(steps) > 6
    for id, message in heard.items():
        assert message["node"] == tree.node(id).model_dump(mode="json")
        assert message["said"] == [list(place) for place in said_spans(tree.node(id), tree.document.lang)]


def test_a_mark_of_another_fork_tells_all(serve: Serve, finished: Path) -> None:
    served = serve(finished)
    assert served.get("/fork?since=ab.3").data == {"since": "", "job": None, "grown": [], "goes": False}
    begin(served, finished)
    last = list(news(served))[-1]

    assert served.get(f"/fork?since={last['since']}").data["grown"] == []
    for mark in ("0000.3", last["since"].partition(".")[0], "x", f"{last['since']}x"):
        assert len(served.get(f"/fork?since={mark}").data["grown"]) == last["job"]["messages"]


def test_a_branch_grows_in_the_page_and_over_a_reload_of_it(serve: Serve, visit: Visit, finished: Path) -> None:
    served = serve(finished)
    page = open_page(served, visit, finished)
    before = page.locator("[role=treeitem]").count()
    begin(served, finished)
    page.reload()

    expect(growing(page).first).to_be_visible()
    expect(page.locator(".ending")).to_have_text(COMING)
    expect(page.get_by_text("Playing the fork")).to_be_visible()
    expect(growing(page).nth(1)).to_be_visible()
    assert page.locator("[role=treeitem]").count() > before
    expect(page.locator("article.is-selected.is-growing")).to_have_count(1)
    page.reload()
    expect(page.locator("article.is-selected.is-growing")).to_have_count(1)
    expect(growing(page).nth(4)).to_be_visible()

    expect(page.locator(".figures")).to_contain_text("2 dialogues")
    expect(growing(page)).to_have_count(0)
    first = tree_of(finished).forks[0].first[0]
    expect(page.locator("article.is-selected")).to_have_attribute("data-id", first)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of_while_a_branch_grows(
    serve: Serve, visit: Visit, finished: Path, theme: str
) -> None:
    served = serve(finished)
    begin(served, finished, turns=9)
    page = open_page(served, visit, finished, color_scheme=theme)
    expect(growing(page).nth(1)).to_be_visible()

    found = Axe().run(page).response["violations"]

    expect(growing(page).first).to_be_visible()
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_who_reads_elsewhere_is_left_there(serve: Serve, visit: Visit, finished: Path) -> None:
    served = serve(finished)
    page = open_page(served, visit, finished)
    begin(served, finished)
    page.reload()
    expect(growing(page).first).to_be_visible()

    page.keyboard.press("Home")
    opening = tree_of(finished).nodes[0].id
    expect(page.locator("article.is-selected")).to_have_attribute("data-id", opening)

    expect(page.locator(".figures")).to_contain_text("2 dialogues")
    expect(page.locator("article.is-selected")).to_have_attribute("data-id", opening)


def test_a_branch_that_is_stopped_leaves_the_page_as_it_was(serve: Serve, visit: Visit, finished: Path) -> None:
    served, before = serve(finished), (finished / "trees.jsonl").read_bytes()
    page = open_page(served, visit, finished)
    read = page.locator("article").evaluate_all("all => all.map((one) => one.dataset.id)")
    begin(served, finished)
    page.reload()
    expect(growing(page).first).to_be_visible()

    page.get_by_role("button", name="Stop").click()

    expect(page.get_by_text("The fork came to nothing: stopped on request")).to_be_visible()
    expect(growing(page)).to_have_count(0)
    assert page.locator("article").evaluate_all("all => all.map((one) => one.dataset.id)") == read
    assert (finished / "trees.jsonl").read_bytes() == before
    page.reload()
    expect(page.get_by_text("The fork came to nothing: stopped on request")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    page.reload()
    expect(page.get_by_role("treeitem").first).to_be_visible()
    expect(page.get_by_text("The fork came to nothing")).to_be_hidden()


def test_a_fork_that_fails_says_why_in_words(serve: Serve, visit: Visit, finished: Path) -> None:
    served = serve(finished)
    served.get("/")
    tree = tree_of(finished)
    outlook = served.post("/fork/outlook", {"tree": tree.id, "node": tree.dialogues()[0][1].id, "reviewers": 1}).data

    class Failing:
        """A fork whose third turn cannot be played."""

        watch: Any = None

        class meter:  # noqa: N801
            calls = 7

        async def play(self) -> None:
            self.watch(tree, make_tree().nodes)
            raise TurnError("<b>no</b> usable reply")

    from r2s.runs.forking import Outlook

    job = Job(Failing(), Outlook(**outlook))  # type: ignore[arg-type]
    with ThreadPoolExecutor(1) as thread:
        thread.submit(job.play).result()
    served.site.forks.job = job

    page = open_page(served, visit, finished)

    expect(page.get_by_text("The fork came to nothing: <b>no</b> usable reply")).to_be_visible()
    expect(growing(page)).to_have_count(0)


def test_a_message_that_has_not_changed_is_told_once() -> None:
    growth, tree = Growth(), make_tree()

    growth.take(tree, tree.nodes[:2])
    growth.take(tree, tree.nodes[:3])
    changed = tree.nodes[1].model_copy(update={"text": "said otherwise"})
    growth.take(tree, [tree.nodes[0], changed])

    assert [one["node"]["id"] for one in growth.since(0)[1]] == [node.id for node in tree.nodes[:3]]
    assert growth.since(0)[1][1]["node"]["text"] == "said otherwise"
    assert (growth.since(3)[0], [one["node"]["id"] for one in growth.since(3)[1]]) == (4, [changed.id])
    assert growth.since(4) == (4, [])
