"""Documents made of what was said before, for the methods that make pairs and dialogues better."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from r2s.documents.document import Document, Message
from r2s.documents.failure import DocumentFailure
from r2s.documents.language import find_language
from r2s.documents.notes import Tell, say_nothing
from r2s.documents.options import ReadOptions
from r2s.documents.pairs import Dialogue, Pair, read_pairs
from r2s.errors import DocumentError

_DEFAULTS = ReadOptions()


def read_spoken(
    paths: Sequence[Path | str],
    *,
    limit: int | None = None,
    options: ReadOptions = _DEFAULTS,
    tell: Tell = say_nothing,
) -> Iterator[Document | DocumentFailure]:
    """The pairs and dialogues of these files as documents, in order."""
    for item in read_pairs(paths, limit=limit, options=options, tell=tell):
        try:
            yield item if isinstance(item, DocumentFailure) else spoken_document(item, options)
        except DocumentError as error:
            yield DocumentFailure.of(error)


def spoken_document(spoken: Pair | Dialogue, options: ReadOptions = _DEFAULTS) -> Document:
    """A document without a text, whose messages are whole exchanges; raises `DocumentError` where there is none.

    Words are taken as they are: whoever trains on them wants their spaces and lines. A last question that nobody
    answered is left off.
    """
    if others := {message.role for message in spoken.messages} - {"user", "assistant"}:
        advice = "join it to what the user says, or leave the dialogue out"
        raise DocumentError(spoken.id, f"a message is by the {min(others)}, whom a tree does not know; {advice}")
    messages = spoken.messages[: len(spoken.messages) // 2 * 2]
    _check(spoken.id, messages)
    if (length := sum(len(message.text) for message in messages)) > options.max_characters:
        raise DocumentError(spoken.id, f"{length:,} characters; raise documents.max_characters, or leave it out")
    lang = _language(messages)
    if lang is None:
        raise DocumentError(spoken.id, "not in a language that R2S speaks; it speaks English (en) and Chinese (zh)")
    return Document(id=spoken.id, title=None, lang=lang, source=spoken.source, text="", passages=(), messages=messages)


def _language(messages: Sequence[Message]) -> str | None:
    """What the user speaks, else what is spoken at all; numbers and signs alone are as good as English."""
    asked = "\n".join(message.text for message in messages[::2])
    said = "\n".join(message.text for message in messages)
    return find_language(asked) or find_language(said) or (None if any(sign.isalpha() for sign in said) else "en")


def _check(id: str, messages: Sequence[Message]) -> None:
    if not messages:
        raise DocumentError(id, "nobody answers; give the pair an output")
    if messages[0].role != "user" or any(one.role == other.role for one, other in pairwise(messages)):
        raise DocumentError(id, "user and assistant do not take turns, the user first; mend it, or leave it out")
    if any(not message.text.strip() for message in messages):
        raise DocumentError(id, "a message is empty; give it words, or leave the pair out")
