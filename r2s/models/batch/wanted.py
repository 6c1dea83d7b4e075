"""What a run wants answered: collected on disk as it comes, then put into files that a batch endpoint takes."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from r2s.errors import ConfigError
from r2s.models.batch.files import BatchRequest, numbered, replace_file, request_files

# The Batch API takes 50,000 requests and 200 MB a file; a longer model name may be filled in when they go out.
MOST_REQUESTS = 50_000
MOST_BYTES = 190_000_000
URL = "/v1/chat/completions"


class _Place(NamedTuple):
    """Where a request stands; in this order, one file asks one model, and prompts that begin alike stand together."""

    model: str
    dialogue: str
    key: str
    start: int
    size: int


class WantedRequests:
    """The requests of one round; memory holds their places only. Files change when all is written, not before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._places: dict[str, _Place] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lines = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (it stays open as long as the run)
        except OSError as error:
            raise ConfigError(f"batch:{folder} cannot be written to: {error.strerror}; name another folder") from None

    def __len__(self) -> int:
        return len(self._places)

    @property
    def models(self) -> set[str]:
        """Who is asked, as the requests name them."""
        return {place.model for place in self._places.values()}

    def add(self, key: str, dialogue: str, body: dict[str, Any]) -> None:
        """Take note of a request; the same one is wanted once."""
        if key in self._places:
            return
        line = BatchRequest(custom_id=key, method="POST", url=URL, body=body).line
        start = self._lines.seek(0, 2)
        self._lines.write(line)
        self._places[key] = _Place(str(body["model"]), dialogue, key, start, len(line))

    def write(self) -> list[Path]:
        """Write the request files, the same bytes for the same requests; those of the round before are gone then."""
        files: list[Path] = []
        for number, places in enumerate(_shares(sorted(self._places.values())), 1):
            files.append(numbered(self.folder, "requests", number))
            replace_file(files[-1], map(self._line, places))
        for stale in set(request_files(self.folder)) - set(files):
            stale.unlink()
        return files

    def _line(self, place: _Place) -> bytes:
        self._lines.seek(place.start)
        return self._lines.read(place.size)

    def close(self) -> None:
        """Forget what was collected."""
        self._lines.close()


def _shares(places: Iterable[_Place]) -> Iterator[list[_Place]]:
    """The places cut into what one file may hold."""
    share: list[_Place] = []
    size = 0
    for place in places:
        is_full = len(share) == MOST_REQUESTS or size + place.size > MOST_BYTES
        if share and (is_full or place.model != share[0].model):
            yield share
            share, size = [], 0
        share.append(place)
        size += place.size
    if share:
        yield share
