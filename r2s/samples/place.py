"""Where an export goes: made beside its place and moved there whole, and never over what is not an export."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from r2s.errors import ConfigError
from r2s.samples.settings import ExportSettings

SUFFIXES = {"jsonl": ".jsonl", "parquet": ".parquet"}


@dataclass(frozen=True)
class Place:
    """A file, for one split in one file; else a folder. Its report and the list of what was dropped lie beside it."""

    out: Path
    is_file: bool

    @classmethod
    def of(cls, out: Path, settings: ExportSettings, *, force: bool) -> "Place":
        """The place that `-o` names; raises `ConfigError` where it is taken or does not suit the settings."""
        named_as_file = out.suffix in SUFFIXES.values()
        if named_as_file and (len(settings.split) > 1 or settings.format == "hf" or settings.card):
            raise ConfigError(
                f"-o {out}: splits, cards and Hugging Face datasets need a folder; leave off {out.suffix}"
            )
        if named_as_file and out.suffix != SUFFIXES[settings.format]:
            raise ConfigError(f"-o {out} does not go with --format {settings.format}")
        place = cls(out, named_as_file)
        place._check(force)
        return place

    @property
    def report(self) -> Path:
        return self._beside("report.json")

    @property
    def dropped(self) -> Path:
        return self._beside("dropped.jsonl")

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder on the same disk, gone in the end."""
        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=f".{self.out.name}-", dir=self.out.parent))
        except OSError as error:
            raise ConfigError(f"cannot write {self.out}: {error.strerror}; choose another -o") from None
        try:
            yield folder
        except OSError as error:
            raise ConfigError(f"cannot write {self.out}: {error.strerror or error}; choose another -o") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def move_in(self, content: Path) -> None:
        """Put the finished export in its place, in one step where nothing stood there."""
        if self.out.is_dir():
            os.replace(self.out, content.with_name("before"))
        os.replace(content, self.out)

    def _check(self, force: bool) -> None:
        is_empty = self.out.is_dir() and not any(self.out.iterdir())
        if not self.out.exists() or (is_empty and not self.is_file):
            return
        if not force:
            raise ConfigError(f"{self.out} is there already; choose another -o, or replace it with --force")
        if (self.is_file and self.out.is_dir()) or not self.report.exists():
            raise ConfigError(
                f"{self.out} was not made by r2s export ({self.report.name} is not there); choose another -o"
            )

    def _beside(self, ending: str) -> Path:
        return self.out.with_name(f"{self.out.name}.{ending}")
