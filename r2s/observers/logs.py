"""The log of a run: its events and whatever modules have to say, as lines of JSON or text, never with a key in them."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import gmtime, strftime
from typing import Any, Literal

import orjson

from r2s.errors import ConfigError
from r2s.runs.events import Tell

LogFormat = Literal["json", "text"]
LogLevel = Literal["debug", "info", "warning", "error"]

log = logging.getLogger("r2s.run")

LEVELS = {
    **dict.fromkeys(("call", "turn"), logging.DEBUG),
    **dict.fromkeys(("unreadable", "slower", "circuit_opened", "journal_recovered"), logging.WARNING),
    "document_failed": logging.ERROR,
}
# What was said is in the trees, and in no log.
SAID = ("said", "reply")
# Names of environment variables that hold what nobody may read, and how long such a thing is at the least.
SECRET_NAMES, SHORTEST_SECRET = ("_KEY", "_TOKEN", "PASSWORD", "_SECRET", "_HEADERS"), 6


@contextmanager
def logged(path: Path, form: LogFormat, level: LogLevel) -> Iterator[Tell]:
    """Add to a log file while the block runs: what the watcher hears, and what is logged anywhere in this process.

    Of other packages only warnings are taken. Raises `ConfigError` where the file cannot be written.
    """
    try:
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--log-file {path}: {error.strerror}; choose another file") from None
    handler.setFormatter(_Lines(form))
    ours, root = logging.getLogger("r2s"), logging.getLogger()
    before = ours.level
    ours.setLevel(level.upper())
    root.addHandler(handler)
    try:
        yield _tell
    finally:
        root.removeHandler(handler)
        ours.setLevel(before)
        handler.close()


def _tell(name: str, facts: Mapping[str, Any]) -> None:
    level = LEVELS.get(name, logging.INFO)
    if log.isEnabledFor(level):
        log.log(level, name, extra={"facts": {key: facts[key] for key in facts if key not in SAID}})


class _Lines(logging.Formatter):
    """One line a record, whatever is in it."""

    def __init__(self, form: LogFormat) -> None:
        super().__init__()
        self._form = form
        self._secrets = _secrets()

    def format(self, record: logging.LogRecord) -> str:
        facts = getattr(record, "facts", {})
        trace = {"exception": self.formatException(record.exc_info)} if record.exc_info else {}
        line = _json(record, facts, trace) if self._form == "json" else _text(record, {**facts, **trace})
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line


def _json(record: logging.LogRecord, facts: Mapping[str, Any], trace: Mapping[str, str]) -> str:
    head = {"time": _time(record), "level": record.levelname.lower(), "logger": record.name}
    return orjson.dumps({**head, "message": record.getMessage(), **trace, "facts": facts}, default=str).decode()


def _text(record: logging.LogRecord, facts: Mapping[str, Any]) -> str:
    told = "".join(f" {name}={orjson.dumps(value, default=str).decode()}" for name, value in facts.items())
    message = orjson.dumps(record.getMessage()).decode()[1:-1]
    return f"{_time(record)} {record.levelname} {record.name} {message}{told}"


def _time(record: logging.LogRecord) -> str:
    return f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(record.created))}.{int(record.msecs):03d}Z"


def _secrets() -> list[str]:
    """What stands in the environment under a name that says it is secret, as it is and as JSON writes it."""
    values = {value for name, value in os.environ.items() if name.upper().endswith(SECRET_NAMES)}
    long = [value for value in values if len(value) >= SHORTEST_SECRET]
    return [*long, *(orjson.dumps(value).decode()[1:-1] for value in long)]
