"""What has been submitted from a batch folder, as `batches.json` remembers it: nothing is paid for twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError

from r2s.errors import ConfigError, RunError
from r2s.models.batch.files import keys_in, numbered, replace_file

# What a batch's status says once nothing more will come of it.
ENDED = ("completed", "expired", "cancelled", "failed")


class Submission(BaseModel):
    """One file of requests that went out; `status` is the endpoint's word, `fetched` that its replies are taken in."""

    number: int
    model: str
    requests: int
    server: str
    file_id: str | None = None
    batch_id: str | None = None
    status: str = "not begun"
    completed: int = 0
    failed: int = 0
    problem: str = ""
    fetched: bool = False

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED


_Entries = TypeAdapter(list[Submission])


class Submissions:
    """The submissions of a folder; `save` after every step that must not be forgotten."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / "batches.json"
        self.entries = self._read()

    def _read(self) -> list[Submission]:
        if not self._path.exists():
            return []
        try:
            return _Entries.validate_json(self._path.read_bytes())
        except ValidationError as error:
            raise ConfigError(f"{self._path} is not as R2S wrote it: {error.errors()[0]['msg']}") from None

    def save(self) -> None:
        """Write the file in one step."""
        text = orjson.dumps([entry.model_dump() for entry in self.entries], option=orjson.OPT_INDENT_2)
        replace_file(self._path, [text, b"\n"])

    def begin(self, model: str, requests: int, server: str) -> Submission:
        """A new submission under the next number."""
        number = max((entry.number for entry in self.entries), default=0) + 1
        self.entries.append(Submission(number=number, model=model, requests=requests, server=server))
        self.save()
        return self.entries[-1]

    def drop(self, entry: Submission) -> None:
        """Forget a submission that never became a batch."""
        self.entries.remove(entry)
        self.save()
        self.file(entry, "submitted").unlink(missing_ok=True)

    def file(self, entry: Submission, kind: str) -> Path:
        """The file of a submission: what was `submitted`, the `replies`, the `errors`."""
        return numbered(self.folder, kind, entry.number)

    def with_the_server(self) -> set[str]:
        """Keys that were submitted and may still be answered."""
        return keys_in(self.file(entry, "submitted") for entry in self.entries if not entry.fetched)

    def answered(self) -> set[str]:
        """Keys that replies have come for."""
        keys = set[str]()
        for entry in self.entries:
            replies = self.file(entry, "replies")
            if entry.fetched and replies.exists():
                with replies.open("rb") as lines:
                    keys.update(key for line in lines if (key := _answered_key(line)))
        return keys


@contextmanager
def submissions_of(folder: Path) -> Iterator[Submissions]:
    """The submissions of a folder, for one process at a time."""
    import fcntl

    if not folder.is_dir():
        raise ConfigError(f"there is no folder {folder}; r2s run --model batch:{folder} makes it")
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RunError(f"{folder} is in use by another r2s batch; wait for it") from None
        yield Submissions(folder)


def _answered_key(line: bytes) -> str | None:
    """The key that a line of batch output answers; None where it tells of a failed call."""
    try:
        reply = orjson.loads(line)
        return reply["custom_id"] if reply["response"]["status_code"] == 200 else None
    except (ValueError, TypeError, KeyError):
        return None
