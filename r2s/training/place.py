"""The folder of a model: its weights, its card, the record of its training, and checkpoints until it is finished."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from r2s.errors import ConfigError, ResumeError

SCHEMA = "r2s.training/1"
Resume = Literal["auto", "never"]


@dataclass(frozen=True)
class Place:
    """A model's folder. Its record, `training.json`, says what it was made of and how far it has come."""

    folder: Path

    @property
    def record(self) -> Path:
        return self.folder / "training.json"

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    @property
    def finished(self) -> Path:
        """Where a finished model is put together."""
        return self.checkpoints / "finished"

    @property
    def left_out(self) -> Path:
        return self.folder / "left_out.jsonl"

    def open(self, identity: Mapping[str, Any], resume: Resume) -> Literal["new", "stopped", "finished"]:
        """How far the training of this folder has come; raises where it holds something else."""
        if self.folder.exists() and not self.folder.is_dir():
            raise ConfigError(f"-o {self.folder} is a file; name a folder")
        # A training that failed before its first update leaves no record.
        if not self.folder.exists() or {file.name for file in self.folder.iterdir()} <= {self.checkpoints.name}:
            return "new"
        if not self.record.exists():
            raise ConfigError(f"{self.folder} was not made by r2s train (it has no training.json); choose another -o")
        if resume == "never":
            raise ConfigError(f"{self.folder} holds a training already; choose another -o")
        record = self.read()
        if changed := [name for name, value in identity.items() if record["identity"].get(name) != value]:
            raise ResumeError(
                f"{self.folder} holds a training that differs in: {', '.join(changed)}; choose another -o, or give the "
                "command as it was"
            )
        return "finished" if record["status"] == "finished" else "stopped"

    def read(self) -> dict[str, Any]:
        """The record; raises `ResumeError` where it is damaged."""
        try:
            return json.loads(self.record.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ResumeError(f"{self.record} is damaged: {error}; choose another -o") from None

    def write(self, record: Mapping[str, Any]) -> None:
        """Write the record whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.record.with_suffix(".new")
        draft.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        os.replace(draft, self.record)

    def last_checkpoint(self) -> Path | None:
        """The newest checkpoint that was written to its end: the trainer's state is the last file of one."""
        found = sorted(self.checkpoints.glob("checkpoint-*"), key=lambda folder: int(folder.name.partition("-")[2]))
        whole = [folder for folder in found if (folder / "trainer_state.json").exists()]
        return whole[-1] if whole else None

    def clear(self) -> None:
        """Remove what a training has left that never began, or that was killed as it ended."""
        shutil.rmtree(self.checkpoints, ignore_errors=True)

    def drop_broken(self) -> None:
        """Remove what a crash has left of checkpoints that were being written, or of the finished model."""
        for folder in self.checkpoints.glob("checkpoint-*"):
            if not (folder / "trainer_state.json").exists():
                shutil.rmtree(folder)
        for folder in self.checkpoints.glob(f"{self.finished.name}*"):
            shutil.rmtree(folder)

    def finish(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Put the finished model in its place; returns the record, which then has the hash of each of its files.

        The checkpoints go last: until the record says that it is finished, a training goes on from them.
        """
        outputs = file_hashes(self.finished) | {self.left_out.name: sha256(self.left_out)}
        done = {**record, "outputs": dict(sorted(outputs.items()))}
        for file in sorted(self.finished.iterdir()):
            os.replace(file, self.folder / file.name)
        self.write(done)
        self.clear()
        return done


def file_hashes(folder: Path, without: frozenset[str] | set[str] = frozenset()) -> dict[str, str]:
    """The SHA-256 of each file of a folder, by its name."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name not in without)
    return {file.name: sha256(file) for file in files}


def sha256(file: Path) -> str:
    """The SHA-256 of a file's content."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
