"""Served pages in a browser: they grow with the run, fork it, say what is new, and ask nobody but their server."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, expect

from r2s.runs.directory import RunDirectory
from r2s.runs.replacing import replace_tree
from tests.conftest import LIGHTHOUSE
from tests.trees.forest import make_tree
from tests.views.serving.conftest import Serve, Visit
from tests.views.serving.test_changes import add, held, status
from tests.views.test_hostile_page import ATTACK, ATTACKS, hostile
from tests.views.test_static import named, run_of

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    run = run_of(tmp_path / "small", named("a", "b"))
    (run / "samples.jsonl").touch()
    return run


def documents(path: Path, count: int) -> Path:
    rows = [{"id": f"d{number}", "title": f"Light {number}", "text": LIGHTHOUSE} for number in range(count)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def asked(page: Page) -> list[str]:
    """Every address that the page asks for from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        found.append(request.url)

    page.on("request", note)
    return found


def test_a_page_grows_with_a_run_from_before_its_beginning_to_its_end(
    serve: Serve, visit: Visit, tmp_path: Path
) -> None:
    served = serve(tmp_path / "run")
    page = visit(served.url)
    expect(page.locator(".live")).to_contain_text("No run is here yet")

    command = [sys.executable, "-m", "r2s", "run", str(documents(tmp_path / "docs.jsonl", 6)), "--reviewers", "1"]
    with subprocess.Popen([*command, "--turns", "2", "-o", str(tmp_path / "run")], stderr=subprocess.DEVNULL) as run:
        expect(page.locator(".rows tbody tr")).to_have_count(6, timeout=60_000)
        assert run.wait() == 0

    expect(page.locator(".live")).to_be_hidden(timeout=30_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("6 conversation trees")
    expect(page.locator("#facts")).to_contain_text("finished")
    after = asked(page)
    page.wait_for_timeout(2500)
    assert after == []


def test_how_far_a_run_is_is_told_and_read_out_and_the_table_stays_as_it_was_sorted(
    serve: Serve, visit: Visit, small: Path
) -> None:
    status(small, "running")
    with held(small):
        page = visit(serve(small).url)
        expect(page.locator(".live")).to_contain_text("Running")
        page.get_by_role("button", name="Document").click()
        page.get_by_role("button", name="Document").click()
        page.get_by_role("link", name="It").first.focus()
        before = page.evaluate("document.activeElement.getAttribute('href')")

        add(small, "c")

        expect(page.locator(".rows tbody tr")).to_have_count(3)
        expect(page.locator("[aria-sort=descending]")).to_have_text("Document")
        assert page.evaluate("document.activeElement.getAttribute('href')") == before


def test_a_run_that_was_broken_off_is_told_from_one_that_goes_on(serve: Serve, visit: Visit, small: Path) -> None:
    status(small, "running")

    page = visit(serve(small).url)

    expect(page.locator(".live")).to_contain_text("broken off")


def test_a_server_that_is_gone_is_said_to_be_gone(serve: Serve, visit: Visit, small: Path) -> None:
    status(small, "running")
    with held(small):
        page = visit(serve(small).url)
        expect(page.locator(".live")).to_contain_text("Running")

        page.route("**/changes*", lambda route: route.fulfill(status=200, body="no json"))

        expect(page.locator(".live")).to_contain_text("The server does not answer", timeout=10_000)


def test_a_tree_says_that_it_has_grown_and_that_newer_trees_are_there(serve: Serve, visit: Visit, small: Path) -> None:
    status(small, "running")
    with held(small):
        page = visit(serve(small).url + "trees/a.html#n=a2")
        expect(page.get_by_role("status").first).to_be_hidden()

        (tree,) = named("a")
        replace_tree(RunDirectory(small), tree.model_copy(update={"coverage": 0.01}))
        add(small, "c", "d")

        expect(page.get_by_text("2 newer trees")).to_be_visible()
        page.get_by_role("button", name="Show it as it is now").click()
        expect(page.locator(".figures")).to_contain_text("1 % covered")
        assert page.url.endswith("#n=a2")


def test_a_dialogue_is_forked_by_keyboard_and_its_new_branch_is_shown(
    serve: Serve, visit: Visit, finished: Path
) -> None:
    (tree,) = RunDirectory(finished).read_trees()
    reply = tree.dialogues()[0][1]
    page = visit(f"{serve(finished).url}trees/{tree.id}.html#n={reply.id}")
    expect(page.locator(".figures")).to_contain_text("1 dialogue")

    page.keyboard.press("F")
    expect(page.locator(".outlook")).to_contain_text("goes on as it did")
    expect(page.get_by_role("dialog").get_by_role("button", name="Fork")).to_be_disabled()
    page.get_by_label("Reviewers").fill("1")
    page.get_by_label("The user says next").fill("What <b>lamp</b> did it burn?")
    expect(page.locator(".outlook")).to_contain_text("Up to 1 turn")
    page.get_by_label("Reviewers").press("Enter")

    expect(page.locator(".figures")).to_contain_text("2 dialogues", timeout=30_000)
    expect(page.locator("article.is-selected")).to_contain_text("What <b>lamp</b> did it burn?")
    (grown,) = RunDirectory(finished).read_trees()
    assert grown.node(page.url.partition("#n=")[2]).text == "What <b>lamp</b> did it burn?"


def test_a_model_that_may_cost_money_waits_for_a_tick(serve: Serve, visit: Visit, finished: Path) -> None:
    (tree,) = RunDirectory(finished).read_trees()
    page = visit(f"{serve(finished).url}trees/{tree.id}.html")

    page.get_by_role("button", name="Fork").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Model", exact=True).fill("openai:mock")
    expect(page.locator(".outlook")).to_contain_text("cost unknown")
    expect(dialog.get_by_role("button", name="Fork")).to_be_disabled()
    dialog.get_by_label("openai:mock may cost money; use it").check()
    dialog.get_by_role("button", name="Fork").click()

    expect(page.get_by_text("Playing the fork")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("The fork came to nothing: stopped on request")).to_be_visible(timeout=30_000)


def test_why_a_fork_cannot_be_is_said_where_it_was_asked_for(serve: Serve, visit: Visit, finished: Path) -> None:
    (tree,) = RunDirectory(finished).read_trees()
    page = visit(f"{serve(finished).url}trees/{tree.id}.html#n={tree.dialogues()[0][-1].id}")

    page.get_by_role("button", name="Fork").click()
    expect(page.locator(".outlook")).to_contain_text("is in the last turn, 2; give more --turns")
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Fork")).to_be_focused()


@pytest.mark.slow
def test_a_run_of_ten_thousand_trees_is_shown_while_it_is_still_read(
    serve: Serve, visit: Visit, tmp_path: Path
) -> None:
    run = run_of(tmp_path / "run", [])
    line = make_tree().to_json()
    with (run / "trees.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(line.replace('"id":"t"', f'"id":"t{number}"', 1) + "\n" for number in range(10_000))

    page = visit(serve(run).url)

    expect(page.get_by_role("heading", level=1)).to_have_text("10,000 conversation trees", timeout=60_000)
    assert page.locator(".rows tbody tr").count() == 200
    expect(page.locator(".live")).to_be_hidden()


def test_the_token_leaves_the_address_and_no_script_sees_it(serve: Serve, visit: Visit, small: Path) -> None:
    served = serve(small, needs_token=True)

    page = visit(served.server.url)

    assert "token" not in page.url
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("link", name="It").first.click()
    expect(page.locator(".figures")).to_contain_text("2 dialogues")


def test_attacks_stay_text_in_what_only_served_pages_have(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    tree = hostile()
    document = tree.document.model_copy(update={"lang": "en"})
    run = run_of(tmp_path / "run", [tree.model_copy(update={"document": document})])
    status(run, "<img src=x onerror=window.hit=1>", message=ATTACK, method=ATTACK, models={ATTACK: ATTACK})
    (run / "errors.jsonl").write_text(
        json.dumps({"kind": ATTACK, "document": ATTACK, "replicate": 0, "message": ATTACK}) + "\n"
    )
    (run / "config.yaml").write_text(json.dumps({"models": {"default": f"openai:{ATTACK}"}}))
    page = visit(serve(run).url)
    expect(page.locator(".live")).to_contain_text("<img src=x")

    page.locator(".rows a").first.click()
    page.get_by_role("button", name="Fork").click()

    expect(page.locator(".outlook")).not_to_contain_text("Reckoning")
    assert ATTACKS[0] in (page.locator(".fork-from").text_content() or "")
    assert page.evaluate("window.hit") is None
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of_in_a_run_that_goes_on(
    serve: Serve, visit: Visit, small: Path, theme: str
) -> None:
    status(small, "running", inputs=[{"name": "d", "sha256": "x", "bytes": 1, "documents": 5}])
    (small / "config.yaml").write_text("{}")
    with held(small):
        page = visit(serve(small).url, color_scheme=theme)
        expect(page.locator(".live progress")).to_be_visible()

        assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of_in_the_form_of_a_fork(
    serve: Serve, visit: Visit, finished: Path, theme: str
) -> None:
    (tree,) = RunDirectory(finished).read_trees()
    page = visit(f"{serve(finished).url}trees/{tree.id}.html", color_scheme=theme)
    page.get_by_role("button", name="Fork").click()
    page.get_by_role("dialog").get_by_label("Model", exact=True).fill("openai:mock")
    expect(page.locator(".agree")).to_be_visible()

    assert violations(page) == []


def violations(page: Page) -> list[Any]:
    return [(found["id"], found["nodes"][0]["html"]) for found in Axe().run(page).response["violations"]]


def test_on_a_narrow_screen_nothing_runs_out_of_sight(serve: Serve, visit: Visit, finished: Path) -> None:
    (tree,) = RunDirectory(finished).read_trees()
    url = serve(finished).url

    for address in ("", f"trees/{tree.id}.html"):
        page = visit(url + address, width=340, height=700)
        if address:
            page.get_by_role("button", name="Fork").click()
            expect(page.locator(".outlook")).not_to_contain_text("Reckoning")
        assert page.evaluate("document.documentElement.scrollWidth") <= 340
        for element in page.locator("dialog :is(input, select, textarea, button)").all():
            box = element.bounding_box()
            assert box is None or (box["x"] >= 0 and box["x"] + box["width"] <= 340)
