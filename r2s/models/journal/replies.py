"""Replies that come as a file, from a batch endpoint, another machine or a person, as records of the journal."""

import json
import math
import re
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from r2s.errors import JournalError
from r2s.models.journal.address import Where
from r2s.models.journal.packing import pack
from r2s.models.journal.record import CallRecord
from r2s.models.journal.store import Store
from r2s.models.journal.stores import store_at
from r2s.models.reasoning import split_reasoning, take_reasoning
from r2s.usage import token_count

TOGETHER = 500
LONGEST_REASON = 200
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(slots=True)
class Imported:
    """What came of a file of replies.

    `added` replies are new and `known` ones were there; `failed` counts the calls that brought none, by what the
    endpoint said; `strangers` are keys of new replies that nobody has asked for; `faults` are lines of no use.
    """

    path: str
    added: int = 0
    known: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    strangers: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Imported") -> None:
        """Count in what came of another file."""
        self.added += other.added
        self.known += other.known
        self.failed += other.failed
        self.strangers += other.strangers
        self.faults += other.faults


class _FailedCallError(ValueError):
    """A line that says why a call brought no reply."""


def import_replies(where: Where, file: Path | str, asked: Collection[str] | None = None) -> Imported:
    """Bring in OpenAI batch output, or lines of `{"key", "content"}`; a line that is wrong keeps no other one out.

    `asked` are the keys that replies are awaited for, where that is known. Replies to others are kept as well, for
    whoever asks the same one day.
    """
    store = store_at(where)
    done = Imported(str(store))
    store.open()
    with closing(store):
        records = _read(Path(file), done)
        while group := list(islice(records, TOGETHER)):
            _insert(store, group, done, asked)
    return done


def _insert(store: Store, group: Collection[CallRecord], done: Imported, asked: Collection[str] | None) -> None:
    if asked is not None:
        unasked = [record.key for record in group if record.key not in asked]
        known = store.find(unasked)
        done.strangers += [key for key in unasked if key not in known]
    added = store.insert([pack(record) for record in group])
    done.added += added
    done.known += len(group) - added


def _read(file: Path, done: Imported) -> Iterator[CallRecord]:
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    if line.strip():
                        yield _record(json.loads(line))
                except json.JSONDecodeError as error:
                    done.faults.append(f"{file}:{number}: no JSON: {error.msg}")
                except _FailedCallError as error:
                    done.failed[str(error)] += 1
                except ValueError as error:
                    done.faults.append(f"{file}:{number}: {error}")
    except OSError as error:
        raise JournalError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise JournalError(f"{file} is no text in UTF-8") from None


def _record(line: Any) -> CallRecord:
    """The record in a line; raises `ValueError` that says what is wrong with it."""
    if not isinstance(line, dict):
        raise ValueError("a JSON object is expected")
    if "custom_id" in line:
        key = _key(line["custom_id"])
        body = _body(line)
        choice = _first_choice(body)
        message, finish = choice["message"], choice.get("finish_reason")
        # As a direct call reads it: no text at all is a reply that cannot be read, and is asked for at another seed.
        take_reasoning(message)
        return _imported(key, message["content"], body, finish)
    if "key" not in line:
        raise ValueError('there is neither "custom_id" nor "key"')
    if not isinstance(line.get("content"), str):
        raise ValueError('there is no text in "content"')
    return _imported(_key(line["key"]), split_reasoning(line["content"]).content, {}, None)


def _key(given: Any) -> str:
    if not isinstance(given, str) or not _KEY.fullmatch(given):
        raise ValueError(f"{given!r} is no journal key, which has 32 hexadecimal digits")
    return given


def _body(line: dict[str, Any]) -> dict[str, Any]:
    """The reply's body in a line of batch output."""
    response = line.get("response")
    if not isinstance(response, dict):
        raise _FailedCallError(_reason(line.get("error")) or "no response")
    status, body = response.get("status_code", 200), response.get("body")
    if status != 200:
        said = _reason(body.get("error", body) if isinstance(body, dict) else body)
        raise _FailedCallError(f"HTTP {status}: {said}" if said else f"HTTP {status}")
    if not isinstance(body, dict):
        raise ValueError('there is no object in "response.body"')
    return body


def _reason(error: Any) -> str:
    """Why a call failed, in the endpoint's words."""
    if isinstance(error, dict):
        error = ": ".join(str(error[name]) for name in ("code", "message") if error.get(name)) or json.dumps(error)
    return str(error or "")[:LONGEST_REASON]


def _first_choice(body: dict[str, Any]) -> dict[str, Any]:
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise ValueError('there is no message in "response.body.choices"')
    if not isinstance(message.get("content"), str | None):
        raise ValueError('there is no text in "content"')
    return choice


def _imported(key: str, content: str, body: dict[str, Any], finish: Any) -> CallRecord:
    """A record that knows its key and reply only; what was asked is added when the reply is first used."""
    usage, created = body.get("usage"), body.get("created")
    is_time = isinstance(created, int | float) and math.isfinite(created)
    return CallRecord(
        key=key,
        model=_storable(body.get("model")),
        role="",
        speaker="",
        messages=[],
        schema="",
        sampling={},
        seed=None,
        content=content,
        prompt_tokens=_count(usage, "prompt_tokens"),
        completion_tokens=_count(usage, "completion_tokens"),
        finish=finish if isinstance(finish, str) else None,
        created=float(created) if is_time and created else time.time(),
    )


def _storable(name: Any) -> str:
    """A name from outside without what no database keeps as text: zeros and halves of surrogate pairs."""
    return str(name or "").replace("\0", "").encode("utf-8", "replace").decode()


def _count(usage: Any, name: str) -> int | None:
    return token_count(usage.get(name) if isinstance(usage, dict) else None)
