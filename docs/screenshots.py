"""The pictures of the pages, from demo runs: `python docs/screenshots.py` writes docs/images.

Needs a Chromium; with pngquant (Debian: apt-get install pngquant) the files come out at a third of their size. The
letters are those of the system: fonts-inter and fonts-noto-cjk make the pictures that are checked in.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from r2s.runs.directory import RunDirectory
from r2s.views.static import page_name, write_pages

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
R2S = (sys.executable, "-m", "r2s")
SAMPLES = str(ROOT / "configs" / "samples")
RUN = ("--config", "branching", "--reviewers", "5", "--turns", "5", "--set", "min_turns=3")
# A run that goes on while its pages are open: twelve slow dialogues, of which at least so many are in the pictures.
LIVE = ("--reviewers", "5", "--candidates", "6", "--turns", "12", "--dialogues", "2", "--concurrency", "1")
DONE = ".live:has(span:nth-of-type(3)) ~ .table-host tbody tr:nth-child(7)"


class Shot(NamedTuple):
    """A picture: of the page of a document (of the index, where none is named), at an address, after these keys."""

    name: str
    document: str | None
    address: str = ""
    keys: tuple[str, ...] = ()
    theme: Literal["light", "dark"] = "light"
    width: int = 1440
    height: int = 900


SHOTS = (
    Shot("tree-light", "en-science.txt"),
    Shot("tree-dark", "zh-science.txt", "#tab=evidence&e=1", theme="dark"),
    Shot("map-light", "en-artifact.txt", "#view=map&tab=plan", keys=("j", "j")),
    Shot("compare-dark", "en-encyclopedia.md", keys=("d",), theme="dark"),
    Shot("narrow-light", "en-science.txt", width=390, height=780),
    Shot("run-light", None, "#sort=-score", height=620),
)
FORK = Shot("fork-light", "en-artifact.txt", keys=("k", "F"))
LIVE_SHOTS = (Shot("live-light", None), Shot("live-dark", None, theme="dark"), Shot("live-narrow", None, width=390))


def main() -> None:
    """Play the sample documents, write their pages, and take every picture."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        run, pages = Path(name) / "run", Path(name) / "pages"
        subprocess.run([*R2S, "run", SAMPLES, "-o", str(run), *RUN], check=True, cwd=ROOT)
        write_pages(run, pages)
        files = {tree.document.id: pages / "trees" / page_name(tree.id) for tree in RunDirectory(run).read_trees()}
        path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=path)
        for shot in SHOTS:
            file = files[shot.document] if shot.document else pages / "index.html"
            picture(opened(browser, shot, file.as_uri()), shot)
        take_served(browser, run, Path(name) / "live", files["en-artifact.txt"].name)


def take_served(browser: Browser, run: Path, live: Path, tree: str) -> None:
    """The pictures of served pages: the form of a fork, and a run that begins after its pages were opened."""
    with served(run) as url:
        form = opened(browser, FORK, f"{url}trees/{tree}")
        form.get_by_label("Candidates").fill("6")
        picture(form, FORK, ".fork-actions button:enabled")
    with served(live) as url:
        pages = [(opened(browser, shot, url), shot) for shot in LIVE_SHOTS]
        command, quiet = [*R2S, "run", SAMPLES, "-o", str(live), *LIVE], subprocess.DEVNULL
        with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
            for page, shot in pages:
                picture(page, shot, DONE)
            process.kill()


@contextmanager
def served(run: Path) -> Iterator[str]:
    """The address of the pages of a run."""
    with subprocess.Popen([*R2S, "view", str(run), "--json"], stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()


def opened(browser: Browser, shot: Shot, url: str) -> Page:
    """The page of a picture, its keys pressed."""
    size = {"width": shot.width, "height": shot.height}
    page = browser.new_page(viewport=size, color_scheme=shot.theme, device_scale_factor=1)  # pyright: ignore[reportArgumentType]
    page.goto(url + shot.address)
    page.wait_for_selector("html[data-ready]")
    for key in shot.keys:
        page.keyboard.press(key)
    return page


def picture(page: Page, shot: Shot, awaited: str = "html[data-ready]") -> None:
    """Write one picture, once something is there."""
    page.wait_for_selector(awaited, timeout=120_000)
    page.screenshot(path=IMAGES / f"{shot.name}.png")
    page.close()
    if shutil.which("pngquant"):
        names = ["--ext", ".png", "--force", str(IMAGES / f"{shot.name}.png")]
        subprocess.run(["pngquant", "--speed", "1", "--strip", *names], check=True)


if __name__ == "__main__":
    main()
