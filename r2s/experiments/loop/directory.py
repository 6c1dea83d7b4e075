"""The directory of a loop: its record, what each step made, and what was replaced.

loop.json  config.yaml  journal.sqlite  settings/  documents/  teacher/  export/  train/  generate/  evaluate/
dialogue/  talk/  report.md  report.json  replaced/
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from r2s.errors import ResumeError
from r2s.runs.directory import Directory, RunDirectory, write_json
from r2s.runs.free_folder import check_free_for_results
from r2s.training.place import Place, file_hashes, sha256

SCHEMA = "r2s.loop/1"


class LoopDirectory(Directory):
    """The files of one loop. What a step makes lies under the step's own name."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.manifest = path / "loop.json"
        self.config = path / "config.yaml"
        self.journal = path / "journal.sqlite"

    def check_free(self, stages: Iterable[str]) -> None:
        """Raise where a folder in which no loop was begun holds what a loop of these stages would write over."""
        marks = (self.manifest.name, self.lock.name)
        names = (self.config.name, self.journal.name, "settings", "report.md", "report.json", *stages)
        check_free_for_results(self.path, marks, names)

    def at(self, name: str) -> Path:
        """Where something lies that is named by its place in the directory."""
        return self.path / name

    def settings(self, step: str) -> Path:
        """The file of a step's settings, for its command."""
        return self.path / "settings" / f"{step.replace('/', '-')}.yaml"

    def read(self) -> dict[str, Any]:
        """The record; raises `ResumeError` where a file is there that is none."""
        if not self.manifest.exists():
            return {"schema": SCHEMA, "steps": {}}
        try:
            record = json.loads(self.manifest.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ResumeError(f"{self.manifest}: not readable as a loop's record: {error}") from None
        if not isinstance(record, dict) or record.get("schema") != SCHEMA:
            raise ResumeError(f"{self.manifest}: this is not the record of a loop ({SCHEMA})")
        return record

    def write(self, record: dict[str, Any]) -> None:
        write_json(self.manifest, record)

    def hash_of(self, name: str) -> str | None:
        """The hash of a result; null where there is none.

        Of a run that is its trees, of a model its weights and whatever else is not the record of when it was made. An
        absolute name lies outside the directory.
        """
        path = self.at(name)
        if path.is_file():
            return sha256(path)
        if not path.is_dir():
            return None
        run, record = RunDirectory(path), Place(path).record
        hashes = _trees(run) if run.manifest.exists() else file_hashes(path, without={record.name})
        return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()

    def set_aside(self, name: str) -> Path | None:
        """Move what is there under `replaced`, where nothing is overwritten; null where nothing is there."""
        path = self.at(name)
        if not path.exists():
            return None
        number = 1
        while (aside := self.path / "replaced" / f"{name.replace('/', '-')}-{number}").exists():
            number += 1
        aside.parent.mkdir(exist_ok=True)
        os.replace(path, aside)
        return aside


def _trees(run: RunDirectory) -> dict[str, str]:
    return {run.trees.name: sha256(run.trees)} if run.trees.exists() else {}
