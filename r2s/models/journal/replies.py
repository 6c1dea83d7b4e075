"""Replies that come as a file, from a batch endpoint, another machine or a person, as records of the journal."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r2s.errors import JournalError
from r2s.models.journal.lock import JournalLock
from r2s.models.journal.opening import prepare
from r2s.models.journal.packing import Packed, pack
from r2s.models.journal.record import CallRecord
from r2s.models.journal.store import connect, insert

TOGETHER = 500
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many replies are new, how many calls had one already, and what is wrong with the other lines."""

    path: str
    added: int
    known: int
    faults: list[str]


def import_replies(path: Path | str, file: Path | str) -> Imported:
    """Bring in OpenAI batch output, or lines of `{"key", "content"}`; a line that is wrong keeps no other one out."""
    journal, lock, faults = Path(path), JournalLock(Path(path)), list[str]()
    added = count = 0
    prepare(journal, lock)
    try:
        with closing(connect(journal)) as connection:
            for group in _groups(_read(Path(file), faults)):
                added += insert(connection, group)
                count += len(group)
    finally:
        lock.release()
    return Imported(str(journal), added, count - added, faults)


def _groups(records: Iterator[CallRecord]) -> Iterator[list[Packed]]:
    group: list[Packed] = []
    for record in records:
        group.append(pack(record))
        if len(group) >= TOGETHER:
            yield group
            group = []
    yield group


def _read(file: Path, faults: list[str]) -> Iterator[CallRecord]:
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    if line.strip():
                        yield _record(json.loads(line))
                except json.JSONDecodeError as error:
                    faults.append(f"{file}:{number}: no JSON: {error.msg}")
                except ValueError as error:
                    faults.append(f"{file}:{number}: {error}")
    except OSError as error:
        raise JournalError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise JournalError(f"{file} is no text in UTF-8") from None


def _record(line: Any) -> CallRecord:
    """The record in a line; raises `ValueError` that says what is wrong with it."""
    if not isinstance(line, dict):
        raise ValueError("a JSON object is expected")
    if "custom_id" in line:
        key, body = line["custom_id"], _body(line)
        choice = _first_choice(body)
    elif "key" in line:
        key, body, choice = line["key"], {}, {"message": line}
    else:
        raise ValueError('there is neither "custom_id" nor "key"')
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no journal key, which has 32 hexadecimal digits")
    content = choice["message"].get("content")
    if not isinstance(content, str):
        raise ValueError(f'the reply has no text in "content" (finish reason {choice.get("finish_reason")})')
    return _imported(key, content, body, choice.get("finish_reason"))


def _body(line: dict[str, Any]) -> dict[str, Any]:
    """The reply's body in a line of batch output."""
    response = line.get("response")
    if not isinstance(response, dict) or response.get("status_code", 200) != 200:
        why = line.get("error") or (response or {}).get("body")
        raise ValueError(f"the call failed: {json.dumps(why, ensure_ascii=False)[:200]}")
    body = response.get("body")
    if not isinstance(body, dict):
        raise ValueError('there is no object in "response.body"')
    return body


def _first_choice(body: dict[str, Any]) -> dict[str, Any]:
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict) or not isinstance(choice.get("message"), dict):
        raise ValueError('there is no message in "response.body.choices"')
    return choice


def _imported(key: str, content: str, body: dict[str, Any], finish: Any) -> CallRecord:
    """A record that knows its key and reply only: what was asked stands in the request's file."""
    usage = body.get("usage") or {}
    return CallRecord(
        key=key,
        model=str(body.get("model") or ""),
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
        created=float(body.get("created") or time.time()),
    )


def _count(usage: Any, name: str) -> int | None:
    count = usage.get(name) if isinstance(usage, dict) else None
    return count if isinstance(count, int) else None
