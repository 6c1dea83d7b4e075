"""Question sets: what their questions are about, each distinct context once, with its title."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from r2s.documents.layouts import Layout
from r2s.documents.notes import ReadNote, Tell
from r2s.documents.options import ReadOptions
from r2s.documents.raw import Entry, RawDocument, Row
from r2s.documents.records import id_of, string_of

# AllenNLP writes this behind every QuAC context, as something an answer can point at.
_NO_ANSWER = "CANNOTANSWER"


class Context(NamedTuple):
    """A paragraph that is asked about; `id` is what the set calls it, if anything."""

    place: str
    id: str | None
    title: str | None
    text: str


def read_contexts(
    rows: Iterable[Row], layout: Layout, source: str, options: ReadOptions, place: str, tell: Tell
) -> Iterator[Entry]:
    """The contexts of a question set as documents; with `join`, those of an article joined, a short rest left out."""
    seen: set[bytes] = set()
    repeated = left_out = 0
    for row in rows:
        contexts = [context for context in _CONTEXTS[layout](row) if context.text.strip()]
        fresh = [context for context in contexts if _is_new(context, seen)]
        repeated += len(contexts) - len(fresh)
        joined = list(_joined(fresh, options.join))
        left_out += len(fresh) - sum(count for count, _ in joined)
        for _, context in joined:
            yield Entry(context.place, partial(_document, context, source, string_of(row.values, ("lang", "language"))))
    if repeated:
        tell(ReadNote(place, f"{repeated:,} contexts came before and were left out"))
    if left_out:
        tell(ReadNote(place, f"{left_out:,} paragraphs at the ends of articles came to no more than {options.join}"))


def _is_new(context: Context, seen: set[bytes]) -> bool:
    mark = hashlib.blake2b(context.text.encode("utf-8", "replace"), digest_size=12).digest()
    is_new = mark not in seen
    seen.add(mark)
    return is_new


def _joined(contexts: Sequence[Context], join: int | None) -> Iterator[tuple[int, Context]]:
    """How many paragraphs each document is made of, and the document."""
    if join is None:
        yield from ((1, context) for context in contexts)
        return
    held: list[Context] = []
    for context in contexts:
        held.append(context)
        if sum(len(one.text) for one in held) > join:
            text = "\n\n".join(one.text.strip() for one in held)
            yield len(held), held[0]._replace(text=text)
            held = []


def _document(context: Context, source: str, lang: str | None) -> RawDocument:
    return RawDocument(context.id or context.place, context.title, context.text, source, lang)


def _of_article(row: Row) -> Iterator[Context]:
    title = _title(row.values)
    for number, paragraph in enumerate(_objects(row.values.get("paragraphs")), 1):
        text = str(paragraph.get("context") or "").removesuffix(_NO_ANSWER)
        yield Context(f"{row.place}.{number}", id_of(paragraph), title, text)


def _of_context(row: Row) -> Iterator[Context]:
    values = row.values
    yield Context(row.place, id_of(values, ("context_id",)), _title(values), str(values.get("context_text") or ""))


def _of_question(row: Row) -> Iterator[Context]:
    # The row's id is the question's.
    text = row.values.get("context")
    yield Context(row.place, None, _title(row.values), text if isinstance(text, str) else "")


def _of_search(row: Row) -> Iterator[Context]:
    for number, document in enumerate(_objects(row.values.get("documents")), 1):
        paragraphs = document.get("paragraphs")
        text = "\n\n".join(str(one).strip() for one in paragraphs) if isinstance(paragraphs, list) else ""
        yield Context(f"{row.place}.{number}", None, _title(document), text)


def _title(values: dict[str, Any]) -> str | None:
    """A title as it is said; SQuAD writes its articles' with underscores."""
    title = string_of(values, ("title",))
    return title.replace("_", " ") if title else None


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


_CONTEXTS = {
    Layout.ARTICLES: _of_article,
    Layout.CONTEXTS: _of_context,
    Layout.QUESTIONS: _of_question,
    Layout.SEARCHES: _of_search,
}
