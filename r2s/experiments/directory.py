"""The directory of a sweep: a manifest, cells, which are ordinary runs, their one journal, and what is made of them.

sweep.json  journal.sqlite  cells/CELL_seed-N/...  table.csv  turns.csv  report.{md,html,json}  figures/...
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r2s.errors import ConfigError, ResumeError
from r2s.runs.directory import Directory, RunDirectory

SCHEMA = "r2s.sweep/1"


@dataclass(frozen=True)
class CellRun:
    """A run as a cell of a comparison: what was varied, by dotted setting, and the seed."""

    name: str
    settings: dict[str, Any]
    seed: int
    directory: RunDirectory


class SweepDirectory(Directory):
    """The files of one sweep."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.manifest = path / "sweep.json"
        self.journal = path / "journal.sqlite"
        self.cells = path / "cells"

    def cell(self, name: str) -> RunDirectory:
        return RunDirectory(self.cells / name)

    def read_manifest(self) -> dict[str, Any] | None:
        """The manifest, or None for a new sweep; raises `ResumeError` where a file is there that is none."""
        if not self.manifest.exists():
            return None
        try:
            manifest = json.loads(self.manifest.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ResumeError(f"{self.manifest}: not readable as a sweep's manifest: {error}") from None
        if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
            raise ResumeError(f"{self.manifest}: this is not the manifest of a sweep ({SCHEMA})")
        return manifest

    def runs(self) -> Iterator[CellRun]:
        """The cells that have been begun, in their order; raises `ConfigError` where this is no sweep."""
        manifest = self.read_manifest()
        if manifest is None:
            raise ConfigError(f"{self.path} is no sweep (it has no {self.manifest.name}); r2s sweep makes one")
        for cell in manifest["cells"]:
            directory = self.cell(cell["directory"])
            if directory.manifest.exists():
                yield CellRun(cell["name"], cell["settings"], cell["seed"], directory)
