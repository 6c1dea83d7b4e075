"""How fast the tree page is, and what the pages of a run take: `python -m benchmarks.page`.

Needs Playwright and a Chromium. A page is painted when two frames have passed since it was ready, counted from the
start of the navigation; a key is answered when two frames have passed since it was pressed.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.large_trees import large_tree
from benchmarks.promises import Promises
from r2s.runs.directory import write_json
from r2s.views.tree_page import tree_page

SIZES = (50, 500, 2000, 5000)
PROMISED_SIZE, PAINT, ANSWER = 2000, 1500, 100
PAINTED = """
const frame = () => new Promise(requestAnimationFrame);
const watch = new MutationObserver(async () => {
  if (!document.documentElement.dataset.ready) return;
  watch.disconnect();
  await frame();
  await frame();
  window.painted = performance.now();
});
watch.observe(document, { attributes: true, subtree: true, attributeFilter: ["data-ready"] });
"""
# The times in milliseconds from a key press to the second frame after it.
PRESSES = """async ([key, count]) => {
  const frame = () => new Promise(requestAnimationFrame);
  const times = [];
  for (let number = 0; number < count; number += 1) {
    const start = performance.now();
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    await frame();
    await frame();
    times.push(performance.now() - start);
  }
  return times;
}"""
# Writes the pages of a run, and prints the seconds it took and its peak memory in kilobytes.
WRITING = """
import sys, time
from pathlib import Path
from r2s.views.static import write_pages
started = time.perf_counter()
write_pages(Path(sys.argv[1]), Path(sys.argv[2]))
(memory,) = (line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(time.perf_counter() - started, memory)
"""


def main() -> None:
    """Print both tables, and whether the promises are kept."""
    promises = Promises()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=path)
        print(f"Python {sys.version.split()[0]}, Chromium {browser.version}\n")
        paint, answer = measure_pages(browser, Path(name))
        measure_runs(Path(name))
    print()
    promises.check(f"{PROMISED_SIZE:,} messages are painted within {PAINT / 1000} s", paint < PAINT)
    promises.check(f"a key is answered within {ANSWER} ms in each view", answer < ANSWER)
    promises.exit()


def measure_pages(browser: Browser, folder: Path) -> tuple[float, float]:
    """The first table; returns the first paint and the slowest answer of the size that promises are made for."""
    print("| messages | KB | made, ms | painted, ms | ↓, ms | ↓, all rows open, ms | j, evidence, ms | j, map, ms |")
    print("|---|---|---|---|---|---|---|---|")
    promised = (0.0, 0.0)
    for size in SIZES:
        start = time.perf_counter()
        html = tree_page(large_tree(size))
        making = (time.perf_counter() - start) * 1000
        file = folder / f"{size}.html"
        file.write_text(html, encoding="utf-8")
        paint = statistics.median(_paint(browser, file) for _ in range(5))
        answers = _answers(browser, file)
        figures = (size, file.stat().st_size / 1024, making, paint, *answers)
        print("| " + " | ".join(f"{figure:,.0f}" for figure in figures) + " |", flush=True)
        if size == PROMISED_SIZE:
            promised = (paint, max(answers))
    return promised


def _paint(browser: Browser, file: Path) -> float:
    page = _opened(browser, file)
    painted = page.wait_for_function("window.painted").json_value()
    page.close()
    return painted


def _answers(browser: Browser, file: Path) -> list[float]:
    """How long keys take, in milliseconds: rows as they are first, then all open, then evidence, then the map."""
    page = _opened(browser, file)
    answers = [_press(page, "ArrowDown", 40)]
    page.keyboard.press("*")
    answers.append(_press(page, "ArrowDown", 40))
    page.keyboard.press("2")
    answers.append(_press(page, "j", 20))
    page.keyboard.press("Home")
    page.keyboard.press("m")
    page.wait_for_timeout(500)
    answers.append(_press(page, "j", 20))
    page.close()
    return answers


def _opened(browser: Browser, file: Path) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(PAINTED)
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]")
    page.locator("[role=treeitem][tabindex='0']").focus()
    return page


def _press(page: Page, key: str, count: int) -> float:
    """The median of so many presses: the slowest ones tell of the other programs on the machine."""
    return statistics.median(page.evaluate(PRESSES, [key, count]))


def measure_runs(folder: Path) -> None:
    """The second table: the pages of a run of small trees, and of ten and a hundred times as many."""
    print("\n| trees | seconds | trees/s | peak memory, MB |\n|---|---|---|---|")
    for count in (100, 1000, 10_000):
        run = folder / f"run-{count}"
        run.mkdir()
        write_json(run / "manifest.json", {"run": "r", "method": "cod_review", "models": {"default": "m"}})
        with (run / "trees.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(large_tree(40, f"t{number}").to_json() + "\n" for number in range(count))
        command = [sys.executable, "-c", WRITING, str(run), str(folder / f"out-{count}")]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        shutil.rmtree(folder / f"out-{count}")
        seconds, memory = float(told[0]), int(told[1]) / 1024
        print(f"| {count:,} | {seconds:.1f} | {count / seconds:,.0f} | {memory:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
