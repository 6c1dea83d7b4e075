"""A comparison as files to open in a browser: its page, and behind its points the pages of its runs."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from r2s.errors import ConfigError, RunError, TreeError
from r2s.experiments.reports.record import read_record
from r2s.runs.directory import write_text
from r2s.views.comparison_page import Point, comparison_page
from r2s.views.static import FOLDER, INDEX, Written, check_folder, page_name, write_pages

# Where the pages go if nobody says, in the folder of the comparison.
PAGES = "pages"


def write_comparison(folder: Path, out: Path) -> Written:
    """Write the pages of a sweep, or of what `r2s collect` compared; earlier ones are replaced."""
    record = read_record(folder)
    check_folder(out)
    places = {(run["cell"], run["seed"]): f"runs/{number}" for number, run in enumerate(record["runs"], 1)}
    written, damaged, runs = 0, list[TreeError](), []
    for run in record["runs"]:
        place = places[run["cell"], run["seed"]]
        pages = write_pages(folder / run["path"], out / place, above=f"../../{INDEX}")
        runs.append({"cell": run["cell"], "seed": run["seed"], "trees": pages.trees, "address": f"{place}/{INDEX}"})
        written, damaged = written + pages.trees, [*damaged, *pages.damaged]
    page = comparison_page(record, list(_points(folder, record["measures"], places)), runs, folder / "figures")
    try:
        write_text(out / INDEX, page)
    except OSError as error:
        raise RunError(f"cannot write to {out}: {error.strerror}; choose another folder with --static") from None
    return Written(out / INDEX, written, tuple(damaged))


def _points(
    folder: Path, measures: Sequence[Mapping[str, Any]], places: Mapping[tuple[str, int], str]
) -> Iterator[Point]:
    """The rows of the comparison's table."""
    path = folder / "table.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield _point(row, measures, places)
    except (OSError, KeyError, ValueError) as error:
        raise ConfigError(
            f"{path} is not the table of this comparison: {error}; r2s collect {folder} makes it anew"
        ) from None


def _point(
    row: Mapping[str, str], measures: Sequence[Mapping[str, Any]], places: Mapping[tuple[str, int], str]
) -> Point:
    cell, seed = row["cell"], int(row["seed"])
    address = f"{places[cell, seed]}/{FOLDER}/{page_name(row['tree'])}" if row["tree"] else None
    values = [float(row[measure["name"]]) if row[measure["name"]] else None for measure in measures]
    return Point(row["document"], seed, int(row["replicate"]), cell, row["status"], address, values)
