"""The files of a batch folder: numbered, of one request or reply a line, and replaced in one step."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from r2s.errors import ConfigError


class BatchRequest(BaseModel):
    """A line of a request file; `custom_id` is the call's key in the journal."""

    custom_id: str
    method: str
    url: str
    body: dict[str, Any]

    @property
    def line(self) -> bytes:
        """The request as it stands in the file."""
        return orjson.dumps(self.model_dump()) + b"\n"


def numbered(folder: Path, kind: str, number: int) -> Path:
    """The file of a kind (`requests`, `submitted`, `replies`, `errors`) with a number."""
    return folder / f"{kind}-{number:03}.jsonl"


def request_files(folder: Path) -> list[Path]:
    """The files of what is wanted now, in order."""
    return sorted(folder.glob("requests-*.jsonl"))


def replace_file(path: Path, lines: Iterable[bytes]) -> None:
    """Write a file so that nobody ever sees half of it."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as out:
        out.writelines(lines)
    os.replace(temporary, path)


def read_requests(file: Path) -> Iterator[BatchRequest]:
    """The requests in a file; raises `ConfigError` where a line is none."""
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield BatchRequest.model_validate_json(line)
            except ValidationError:
                raise ConfigError(
                    f"{file}:{number}: this is no batch request; the next r2s run writes the file anew"
                ) from None


def keys_in(files: Iterable[Path]) -> set[str]:
    """The journal keys that the requests in these files are for."""
    return {request.custom_id for file in files if file.exists() for request in read_requests(file)}
