"""The sheet on which people score dialogues: a CSV file with a line for each turn and one for the whole dialogue."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from r2s.agents.judge import HIGHEST, LOWEST
from r2s.errors import ConfigError
from r2s.evaluation.kbench.judged import JudgedDialogue
from r2s.evaluation.kbench.scores import JUDGED, OVERALL_METRICS, TURN_METRICS
from r2s.evaluation.spreadsheets import as_cell
from r2s.samples.dialogue import Dialogue

WHOLE = "all"
_KEYS = ("dialogue", "turn")
_TEXTS = ("document", "text", "user", "assistant")
_COLUMNS: list[str] = [*_KEYS, *_TEXTS, *JUDGED]
# A cell of a spreadsheet holds no more signs than this.
LONGEST = 32_000

Place = tuple[str, str, str]
"""A dialogue, a turn (or `all`), and a metric."""


def write_sheet(path: Path, dialogues: Iterable[Dialogue]) -> int:
    """Write the sheet, with empty cells to score in and no score of a judge; returns how many dialogues are on it.

    Raises `ConfigError` where there is a file already: people may have filled it in.
    """
    count = 0
    try:
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            rows = csv.DictWriter(file, _COLUMNS, restval="")
            rows.writeheader()
            for dialogue in dialogues:
                rows.writerows(_rows(dialogue))
                count += 1
    except FileExistsError:
        told = f"{path} is there already, and may hold scores; choose another --sheet, or remove it"
        raise ConfigError(told) from None
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from None
    return count


def _rows(dialogue: Dialogue) -> Iterator[dict[str, str]]:
    for number, (said, reply) in enumerate(dialogue.exchanges, 1):
        yield {
            "dialogue": dialogue.id,
            "turn": str(number),
            "user": as_text(said.text),
            "assistant": as_text(reply.text),
            **dict.fromkeys(OVERALL_METRICS, "x"),
        }
    document = dialogue.tree.document
    yield {
        "dialogue": dialogue.id,
        "turn": WHOLE,
        "document": as_text(document.title or document.id),
        "text": as_text(document.text),
        **dict.fromkeys(TURN_METRICS, "x"),
    }


def as_text(cell: str) -> str:
    """A cell that no spreadsheet reads as a formula, no longer than it may be."""
    return as_cell(cell[:LONGEST])


def read_sheet(path: Path) -> dict[Place, float]:
    """The scores that people gave; raises `ConfigError` that names the line of what is no score.

    An empty cell, `x` or N/A is no score; a row that names no turn is a fault. Commas and semicolons may part the
    cells, as spreadsheets save them.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; name a sheet that people filled in") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is no text in UTF-8; save the sheet as CSV in UTF-8") from None
    header = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count))
    if not {*_KEYS}.issubset(rows.fieldnames or ()):
        raise ConfigError(f"{path}: no column {' and '.join(_KEYS)}; r2s eval RUN --sheet {path.name} writes a sheet")
    return {place: score for row in rows for place, score in _scores(row, f"{path}:{rows.line_num}")}


def _scores(row: Mapping[str, str | None], where: str) -> Iterator[tuple[Place, float]]:
    # Spreadsheets save empty rows, too.
    if not any(row.get(name) for name in (*_KEYS, *JUDGED)):
        return
    turn = (row["turn"] or "").strip()
    if turn != WHOLE and not turn.isdecimal():
        raise ConfigError(f"{where}: turn is {turn!r}, which is neither a number nor {WHOLE!r}")
    for name in JUDGED:
        cell = (row.get(name) or "").strip().replace(",", ".")
        if cell.lower() in ("", "x", "n/a", "na"):
            continue
        try:
            score = float(cell)
        except ValueError:
            raise ConfigError(f"{where}: {name} is {cell!r}, which is no number") from None
        if not LOWEST <= score <= HIGHEST:
            raise ConfigError(f"{where}: {name} is {cell}; scores go from {LOWEST:g} to {HIGHEST:g}")
        yield (row["dialogue"] or "", turn, name), score


def scores_by_place(dialogues: Iterable[JudgedDialogue]) -> dict[Place, float]:
    """A judge's scores under the same names as those of people."""
    found: dict[Place, float] = {}
    for dialogue in dialogues:
        row = dialogue.row()
        for entry in (*(row["turns"] or ()), *([{"turn": WHOLE, **row["overall"]}] if row["overall"] else ())):
            scored = {name: entry[name] for name in JUDGED if isinstance(entry.get(name), float)}
            found |= {(dialogue.id, str(entry["turn"]), name): score for name, score in scored.items()}
    return found
