"""Reading: paths in, a lazy stream of documents and failures out."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from r2s.documents.document import Document
from r2s.documents.failure import DocumentFailure
from r2s.documents.files import find_files
from r2s.documents.jsonl import read_rows
from r2s.documents.language import find_language
from r2s.documents.normal import normalise
from r2s.documents.options import ReadOptions
from r2s.documents.passages import split_passages
from r2s.documents.raw import Entry, RawDocument
from r2s.documents.text_files import read_text_file, too_long
from r2s.errors import DocumentError

# With less than this, and no second sentence, there is nothing to ask about.
SHORTEST = {"en": 40, "zh": 15}
_DEFAULTS = ReadOptions()


def read_documents(
    paths: Sequence[Path | str], *, limit: int | None = None, options: ReadOptions = _DEFAULTS
) -> Iterator[Document | DocumentFailure]:
    """Documents in the order of the paths, read as they are asked for; `limit` counts those read well."""
    places: dict[str, str] = {}
    for item in chain.from_iterable(_entries(Path(path), options) for path in paths):
        if limit is not None and len(places) >= limit:
            return
        yield _read(item, options, places) if isinstance(item, Entry) else item


def _entries(path: Path, options: ReadOptions) -> Iterator[Entry | DocumentFailure]:
    try:
        for file, place in find_files(path):
            if file.suffix.lower() == ".jsonl":
                yield from _rows(file, place, options)
            else:
                yield Entry(place, partial(read_text_file, file, place, options))
    except DocumentError as error:
        yield DocumentFailure.of(error)


def _rows(file: Path, place: str, options: ReadOptions) -> Iterator[Entry | DocumentFailure]:
    try:
        yield from read_rows(file, place, options)
    except DocumentError as error:
        yield DocumentFailure.of(error)


def _read(entry: Entry, options: ReadOptions, places: dict[str, str]) -> Document | DocumentFailure:
    try:
        document = make_document(entry.load(), entry.place, options)
        if first := places.get(document.id):
            advice = "give each document an id of its own, or files of one name through the folder that holds them"
            raise DocumentError(entry.place, f"the id {document.id!r} was read before, at {first}; {advice}")
    except DocumentError as error:
        return DocumentFailure.of(error)
    places[document.id] = entry.place
    return document


def make_document(raw: RawDocument, place: str, options: ReadOptions = _DEFAULTS) -> Document:
    """A raw text normalised and cut into passages, or a DocumentError that says why it is not fit for a dialogue."""
    text = normalise(raw.text)
    if len(text) > options.max_characters:
        raise DocumentError(place, too_long(f"{len(text):,} characters", options.max_characters))
    lang = find_language(text, raw.lang)
    if lang is None:
        raise DocumentError(place, _no_language(text))
    language = lang.partition("-")[0]
    passages = split_passages(text, language)
    if not passages or (len(passages) < 2 and len(text) < SHORTEST[language]):
        raise DocumentError(place, _too_little(text))
    return Document(
        id=raw.id,
        title=raw.title,
        lang=lang,
        source=raw.source,
        text=text,
        passages=passages,
        licence=raw.licence,
    )


def _no_language(text: str) -> str:
    if not any(character.isalpha() for character in text):
        return _too_little(text)
    return "not in a language that R2S speaks; it speaks English (en) and Chinese (zh-Hans, zh-Hant)"


def _too_little(text: str) -> str:
    return f"too little to talk about ({len(text)} characters); give it a few sentences or leave it out"
