"""The pictures of the pages, from a demo run: `python docs/screenshots.py` writes docs/images.

Needs a Chromium; with pngquant (Debian: apt-get install pngquant) the files come out at a third of their size. The
letters are those of the system: fonts-inter and fonts-noto-cjk make the pictures that are checked in.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser, sync_playwright

from r2s.runs.directory import RunDirectory
from r2s.views.static import page_name, write_pages

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
RUN = ("--config", "branching", "--reviewers", "5", "--turns", "5", "--set", "min_turns=3")


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


def main() -> None:
    """Play the sample documents, write their pages, and take every picture."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        run, pages = Path(name) / "run", Path(name) / "pages"
        samples = str(ROOT / "configs" / "samples")
        subprocess.run([sys.executable, "-m", "r2s", "run", samples, "-o", str(run), *RUN], check=True, cwd=ROOT)
        write_pages(run, pages)
        files = {tree.document.id: pages / "trees" / page_name(tree.id) for tree in RunDirectory(run).read_trees()}
        path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=path)
        for shot in SHOTS:
            take(browser, shot, files[shot.document] if shot.document else pages / "index.html")


def take(browser: Browser, shot: Shot, file: Path) -> None:
    """Write one picture."""
    size = {"width": shot.width, "height": shot.height}
    page = browser.new_page(viewport=size, color_scheme=shot.theme, device_scale_factor=1)  # pyright: ignore[reportArgumentType]
    page.goto(file.as_uri() + shot.address)
    page.wait_for_selector("html[data-ready]")
    for key in shot.keys:
        page.keyboard.press(key)
    page.screenshot(path=IMAGES / f"{shot.name}.png")
    page.close()
    if shutil.which("pngquant"):
        names = ["--ext", ".png", "--force", str(IMAGES / f"{shot.name}.png")]
        subprocess.run(["pngquant", "--speed", "1", "--strip", *names], check=True)


if __name__ == "__main__":
    main()
