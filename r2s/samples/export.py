"""Trees on their way into a data set: filtered, split by document, put into rows, written whole or not at all."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from r2s.errors import ConfigError
from r2s.samples.card import card
from r2s.samples.formats.files import SplitFiles
from r2s.samples.formats.jsonl import JsonlFile
from r2s.samples.place import Place
from r2s.samples.selection import Selection
from r2s.samples.settings import ExportSettings
from r2s.samples.statistics import Statistics
from r2s.trees.tree import ConversationTree

SCHEMA = "r2s.export/1"


@dataclass(frozen=True)
class ExportReport:
    """What an export holds and what it left out; `figures` is what the report file holds."""

    place: Place
    figures: Mapping[str, Any]

    @property
    def rows(self) -> int:
        return sum(self.figures["rows"].values())

    @property
    def dropped(self) -> int:
        return sum(self.figures["dropped"].values())


def export(
    trees: Iterable[ConversationTree], settings: ExportSettings, out: Path, *, force: bool = False
) -> ExportReport:
    """Write trees as a data set, streaming; raises `ConfigError` where it cannot be written, or nothing is left.

    Whatever stood at `out` is replaced, with `force`, once the export is finished and not before. `out.report.json`
    beside it holds figures and settings, `out.dropped.jsonl` every dialogue that was dropped, and why.
    """
    place = Place.of(out, settings, force=force)
    with place.scratch() as scratch:
        dropped = scratch / "dropped.jsonl"
        files = SplitFiles(settings, scratch, is_file=place.is_file)
        figures = _write(trees, settings, files, dropped)
        _check(figures, settings)
        files.finish()
        if settings.card or settings.format == "hf":
            (files.content / "README.md").write_text(card(settings, figures), encoding="utf-8")
        # The report says whose the export is: one that was killed in between can be made again.
        place.report.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2) + b"\n")
        place.move_in(files.content)
        dropped.replace(place.dropped) if figures["dropped"] else place.dropped.unlink(missing_ok=True)
    return ExportReport(place, figures)


def _write(
    trees: Iterable[ConversationTree], settings: ExportSettings, files: SplitFiles, dropped: Path
) -> dict[str, Any]:
    statistics = Statistics()
    in_rows = settings.target.rows if settings.format == "jsonl" else settings.target.records
    with closing(JsonlFile(dropped)) as drops, files:
        selection = Selection(settings, drops.write)
        for split, tree, dialogues in selection.of(trees):
            statistics.add(split, tree, dialogues)
            for row in in_rows(dialogues):
                statistics.add_row(split, row)
                files.write(split, row)
    return {
        "schema": SCHEMA,
        "settings": settings.model_dump(mode="json"),
        **statistics.figures(),
        "dropped": dict(selection.dropped),
    }


def _check(figures: Mapping[str, Any], settings: ExportSettings) -> None:
    """Raise `ConfigError` where there are no rows, in one split or in all."""
    if not figures["rows"]:
        raise ConfigError(f"nothing is left to export as {settings.target.kind}: {_told(figures, settings)}")
    for split in settings.split:
        if split not in figures["rows"]:
            count = sum(figures["documents"].values())
            raise ConfigError(f"no row is left for the split {split}: {count} documents are too few for these shares")


def _told(figures: Mapping[str, Any], settings: ExportSettings) -> str:
    """Why there are no rows."""
    if figures["dialogues"]:
        return f"{figures['dialogues']} dialogues give no row; {settings.target.advice}"
    if figures["dropped"]:
        return "dropped were " + ", ".join(f"{name} {count}" for name, count in figures["dropped"].items())
    return "the runs hold no dialogue"
