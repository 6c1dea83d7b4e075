"""Records as rows: compressed, checked, and with the paragraphs that prompts share stored once.

A prompt repeats the rules, the document and the transcript of the prompts before it. Its texts are therefore cut into
paragraphs; the long ones become numbers that name rows of the table `texts`, by the hash of what they say.
"""

import hashlib
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from r2s.models.journal.record import CallRecord, Messages, from_json, to_json

PARAGRAPH = "\n\n"
# Shorter paragraphs cost more as rows of their own than they save.
SHARED_CHARACTERS = 200
COMPRESSION = 1
LOST = "[this part of the prompt was damaged in the journal]"

# key, model, role, created, prompt_tokens, completion_tokens, body, checksum
Row = tuple[bytes, str, str, float, int | None, int | None, bytes, bytes]
ReadTexts = Callable[[Collection[int]], Mapping[int, str]]


class DamagedRecordError(Exception):
    """A row does not hold what was written; it never leaves the journal."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A record's row, and the shared texts it names; a salvaged text has no row."""

    row: Row | None
    texts: tuple[tuple[int, bytes], ...]


def pack(record: CallRecord, known: Collection[int] = ()) -> Packed:
    """A record as it is stored; texts that are `known` to be stored are left out."""
    texts: dict[int, bytes] = {}
    messages = [_shorten(message, texts, known) for message in record.messages]
    body = zlib.compress(
        to_json([record.speaker, record.schema, record.sampling, record.seed, record.finish, record.content, messages]),
        COMPRESSION,
    )
    facts = (
        bytes.fromhex(record.key),
        record.model,
        record.role,
        float(record.created),
        record.prompt_tokens,
        record.completion_tokens,
        body,
    )
    return Packed((*facts, row_checksum(facts)), tuple(texts.items()))


def unpack(row: Row, read_texts: ReadTexts) -> CallRecord:
    """The record in a row; a shared text that is gone leaves a mark in the prompt, for the reply is still good."""
    if not is_intact(row):
        raise DamagedRecordError
    key, model, role, created, prompt_tokens, completion_tokens, body, _ = row
    speaker, schema, sampling, seed, finish, content, messages = _open(body)
    return CallRecord(
        key=key.hex(),
        model=model,
        role=role,
        speaker=speaker,
        messages=_lengthen(messages, read_texts),
        schema=schema,
        sampling=sampling,
        seed=seed,
        content=content,
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        finish=finish,
        created=created,
    )


def is_intact(row: Row) -> bool:
    """Whether a row is what was written; damage may have changed even the types of its values."""
    try:
        return row_checksum(row[:-1]) == row[-1]
    except (TypeError, ValueError, AttributeError):
        return False


def row_checksum(facts: tuple[Any, ...]) -> bytes:
    """Eight bytes over a row's facts, its key among them: no row can be taken for another."""
    *columns, body = facts
    columns[0] = columns[0].hex()
    digest = hashlib.blake2b(to_json(columns), digest_size=8)
    digest.update(body)
    return digest.digest()


def text_id(text: bytes) -> int:
    """The number of a shared text; it fits SQLite's row ids, so that the texts need no index."""
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), signed=True)


def open_text(number: int, body: bytes) -> str | None:
    """A shared text; None where it does not say what its number stands for."""
    try:
        text = zlib.decompress(body)
        return text.decode("utf-8", "surrogatepass") if text_id(text) == number else None
    except (zlib.error, TypeError, UnicodeDecodeError):
        return None


def text_ids(row: Row) -> set[int]:
    """The numbers of the shared texts that a row names."""
    return _ids(_open(row[6])[-1])


def _shorten(message: Mapping[str, Any], texts: dict[int, bytes], known: Collection[int]) -> dict[str, Any]:
    """A message with its texts as lists of paragraphs; what is no text is kept in an object of its own."""

    def shorten(value: Any) -> Any:
        if not isinstance(value, str):
            return {"": value}
        return [_name(piece, texts, known) for piece in value.split(PARAGRAPH)]

    return {name: shorten(value) for name, value in message.items()}


def _name(piece: str, texts: dict[int, bytes], known: Collection[int]) -> str | int:
    if len(piece) < SHARED_CHARACTERS:
        return piece
    text = piece.encode("utf-8", "surrogatepass")
    number = text_id(text)
    if number not in known and number not in texts:
        texts[number] = zlib.compress(text, COMPRESSION)
    return number


def _lengthen(messages: list[dict[str, Any]], read_texts: ReadTexts) -> Messages:
    texts = read_texts(_ids(messages))
    return [
        {
            name: PARAGRAPH.join([piece if isinstance(piece, str) else texts.get(piece, LOST) for piece in value])
            if isinstance(value, list)
            else value[""]
            for name, value in message.items()
        }
        for message in messages
    ]


def _ids(messages: Iterable[dict[str, Any]]) -> set[int]:
    return {
        piece
        for message in messages
        for value in message.values()
        if isinstance(value, list)
        for piece in value
        if isinstance(piece, int)
    }


def _open(body: bytes) -> list[Any]:
    return from_json(zlib.decompress(body))
