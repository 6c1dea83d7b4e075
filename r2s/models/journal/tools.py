"""What can be done with a journal as a whole: look into it, check it, tidy it, read its records, bring replies in."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from r2s.errors import JournalError
from r2s.models.journal.address import Where
from r2s.models.journal.packing import DamagedRecordError, is_intact, open_text, text_ids, unpack
from r2s.models.journal.record import CallRecord, Messages
from r2s.models.journal.replies import Imported, import_replies
from r2s.models.journal.store import Look, Tidier
from r2s.models.journal.stores import store_at

__all__ = [
    "Imported",
    "Info",
    "Tidied",
    "Verdict",
    "check_there",
    "find",
    "import_replies",
    "info",
    "lookup",
    "prompts",
    "records",
    "vacuum",
    "verify",
]

KEY_DIGITS = 32
_KEY = re.compile(f"[0-9a-f]{{{KEY_DIGITS}}}")


@dataclass(frozen=True, slots=True)
class Info:
    """What a journal holds; tokens are those that a server counted."""

    path: str
    records: int
    bytes: int
    models: dict[str, int]
    roles: dict[str, int]
    first: float | None
    last: float | None
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a journal.

    `damaged` are keys whose replies are lost, `incomplete` those whose prompt is lost in part while the reply is good,
    and `fault` is what is wrong with the file as a whole.
    """

    path: str
    records: int
    damaged: list[str]
    incomplete: list[str]
    fault: str | None

    @property
    def passed(self) -> bool:
        return not (self.damaged or self.incomplete or self.fault)


@dataclass(frozen=True, slots=True)
class Tidied:
    """What tidying did: bytes before and after, damaged records and texts dropped, and what had to be mended."""

    path: str
    before: int
    after: int
    records_dropped: int
    texts_dropped: int
    recovered: str | None


def check_there(where: Where) -> None:
    """Raise `JournalError` where there is no journal that can be read."""
    with store_at(where).look():
        pass


def info(where: Where) -> Info:
    """Count what is there."""
    store = store_at(where)
    models, roles = Counter[str](), Counter[str]()
    with store.look() as look:
        groups = list(
            look.select("SELECT model, role, count(*) FROM records GROUP BY model, role ORDER BY model, role")
        )
        first, last, prompt, completion = next(
            look.select(
                "SELECT min(created), max(created), CAST(sum(prompt_tokens) AS BIGINT),"
                " CAST(sum(completion_tokens) AS BIGINT) FROM records"
            )
        )
    for model, role, count in groups:
        models[model] += count
        roles[role] += count
    return Info(
        path=str(store),
        records=models.total(),
        bytes=store.bytes(),
        models=dict(models.most_common()),
        roles=dict(roles.most_common()),
        first=first,
        last=last,
        prompt_tokens=prompt or 0,
        completion_tokens=completion or 0,
    )


def records(where: Where) -> Iterator[CallRecord]:
    """Every record that can be read, in the order in which they were written."""
    with store_at(where).look() as look:
        yield from _readable(look)


def prompts(where: Where) -> Iterator[Messages]:
    """What was asked in each record that can be read, one after the other as the calls ended."""
    with store_at(where).look() as look:
        for record in _readable(look, in_time=True):
            yield record.messages


def find(where: Where, key: str) -> CallRecord | None:
    """The first record whose key begins like this; a whole key is found at once."""
    with store_at(where).look() as look:
        if len(key) < KEY_DIGITS:
            return next((record for record in _readable(look) if record.key.startswith(key)), None)
        with suppress(DamagedRecordError, ValueError):
            row = look.find([key]).get(key)
            return unpack(row, look.texts) if row else None


@contextmanager
def lookup(where: Where) -> Iterator[Callable[[Collection[str]], dict[str, CallRecord]]]:
    """A function that finds records by their keys; keys that are not there, or are damaged, are left out."""
    with store_at(where).look() as look:
        yield lambda keys: dict(_found(look, keys))


def _found(look: Look, keys: Collection[str]) -> Iterator[tuple[str, CallRecord]]:
    for key, row in look.find([key for key in keys if _KEY.fullmatch(key)]).items():
        with suppress(DamagedRecordError):
            if row:
                yield key, unpack(row, look.texts)


def _readable(look: Look, *, in_time: bool = False) -> Iterator[CallRecord]:
    for _, row in look.rows(in_time=in_time):
        with suppress(DamagedRecordError):
            yield unpack(row, look.texts)


def verify(where: Where) -> Verdict:
    """Check the journal and every record in it; changes nothing."""
    store = store_at(where)
    damaged, incomplete, count, fault = list[str](), list[str](), 0, None
    check_there(where)
    try:
        with store.look() as look:
            fault = look.fault()
            whole = _whole_texts(look)
            for _, row in look.rows():
                count += 1
                if not is_intact(row):
                    damaged.append(_shown(row[0]))
                elif not text_ids(row) <= whole:
                    incomplete.append(_shown(row[0]))
    except JournalError as error:
        fault = fault or str(error)
    return Verdict(str(store), count, damaged, incomplete, fault)


def vacuum(where: Where) -> Tidied:
    """Mend the journal where it needs it, drop what is damaged or named by nothing, and give the room back."""
    store = store_at(where)
    with store.tidy() as tidier:
        before = store.bytes()
        rows, texts = _drop_useless(tidier)
        tidier.shrink()
    return Tidied(str(store), before, store.bytes(), rows, texts, tidier.recovered)


def _drop_useless(tidier: Tidier) -> tuple[int, int]:
    """Drop damaged rows, and texts that are damaged or named by no row; returns how many of each."""
    damaged, named = list[int](), set[int]()
    for number, row in tidier.rows():
        if is_intact(row):
            named |= text_ids(row)
        else:
            damaged.append(number)
    wanted = named & _whole_texts(tidier)
    useless = [number for (number,) in tidier.select("SELECT id FROM texts") if number not in wanted]
    tidier.drop(damaged, useless)
    return len(damaged), len(useless)


def _whole_texts(look: Look) -> set[int]:
    return {number for number, body in look.select("SELECT id, body FROM texts") if open_text(number, body) is not None}


def _shown(key: object) -> str:
    return key.hex() if isinstance(key, bytes) else repr(key)
