"""The files of an export: which there are, one a split, and rows on their way into them."""

from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from r2s.samples.formats.hugging_face import save_dataset
from r2s.samples.formats.jsonl import JsonlFile
from r2s.samples.formats.parquet import ParquetFile
from r2s.samples.settings import ExportSettings
from r2s.samples.targets.target import Row

# Where the rows of a split lie in the folder, as `load_dataset` is told.
DATA_FILES = {"jsonl": "{}.jsonl", "parquet": "{}.parquet", "hf": "{}/*.arrow"}


class SplitFiles:
    """Open files, one a split, under a scratch folder; `finish` leaves the export in `content`."""

    def __init__(self, settings: ExportSettings, scratch: Path, *, is_file: bool) -> None:
        self._settings, self._scratch = settings, scratch
        self.content = scratch / "content"
        self._folder = scratch / "parquet" if settings.format == "hf" else self.content
        self._paths = {name: self._path(name, is_file=is_file) for name in settings.split}
        self._stack = ExitStack()
        self._schema: Any = None

    def __enter__(self) -> "SplitFiles":
        for path in self._paths.values():
            path.parent.mkdir(exist_ok=True)
        if self._settings.format != "jsonl":
            schema = self._settings.target.table_schema()
            drop = "meta" in schema.names and not self._settings.meta
            self._schema = schema.remove(schema.get_field_index("meta")) if drop else schema
        self._files = {name: self._stack.enter_context(closing(self._open(path))) for name, path in self._paths.items()}
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def write(self, split: str, row: Row) -> None:
        """Add one row to a split."""
        if not self._settings.meta:
            row.pop("meta", None)
        self._files[split].write(row)

    def finish(self) -> None:
        """Close the files and bring them into their last form."""
        self._stack.close()
        if self._settings.format == "hf":
            save_dataset(self._paths, self._schema, self.content, self._scratch / "cache")

    def _path(self, split: str, *, is_file: bool) -> Path:
        suffix = "jsonl" if self._settings.format == "jsonl" else "parquet"
        return self.content if is_file else self._folder / f"{split}.{suffix}"

    def _open(self, path: Path) -> JsonlFile | ParquetFile:
        return JsonlFile(path) if self._settings.format == "jsonl" else ParquetFile(path, self._schema)
