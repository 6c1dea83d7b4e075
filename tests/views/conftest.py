"""A headless Chromium that fails the test where a page asks for anything, complains, or breaks."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")

Show = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, else Playwright's own; `.ci/run` sets R2S_BROWSER=required, and then none may be skipped."""
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, NAMES)), None)
        try:
            browser = playwright.chromium.launch(executable_path=path)
        except Error as error:
            if os.environ.get("R2S_BROWSER") == "required":
                raise
            pytest.skip(f"no Chromium can be started: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Open a page from disk without a network; `show(html, "#n=...", width=...)`, or the path of a file."""
    opened: list[tuple[Page, list[str], list[str]]] = []

    def show(page: str | Path, address: str = "", *, width: int = 1280, height: int = 800, **context: Any) -> Page:
        path = page if isinstance(page, Path) else tmp_path / f"page-{len(opened)}.html"
        if isinstance(page, str):
            path.write_text(page, encoding="utf-8")
        shown = browser.new_context(viewport={"width": width, "height": height}, offline=True, **context).new_page()
        requests, complaints = [], []
        shown.on("request", lambda request: requests.append(request.url))
        shown.on("console", lambda message: complaints.append(message.text))
        shown.on("pageerror", lambda error: complaints.append(str(error)))
        shown.goto(path.as_uri() + address)
        shown.wait_for_selector("html[data-ready]")
        opened.append((shown, requests, complaints))
        return shown

    yield show
    for page, requests, complaints in opened:
        own = page.url.partition("#")[0]
        page.context.close()
        assert [url for url in requests if url.partition("#")[0] != own] == []
        assert complaints == []
