"""Reading: paths in, a lazy stream of documents and failures out."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from itertools import chain
from pathlib import Path

from r2s.documents.document import Document
from r2s.documents.duplicates import NearDuplicates
from r2s.documents.failure import DocumentFailure
from r2s.documents.files import find_files
from r2s.documents.formats.hugging_face import address_of, is_address, read_hub
from r2s.documents.kinds import find_kind
from r2s.documents.language import find_language
from r2s.documents.layouts import NOT_DOCUMENTS, Layout, layout_of, wrong_door
from r2s.documents.normal import normalise
from r2s.documents.notes import ReadNote, Tell, say_nothing
from r2s.documents.opening import SourceFile
from r2s.documents.options import ReadOptions
from r2s.documents.pairs import pairs_of_rows, raw_of
from r2s.documents.passages import split_passages
from r2s.documents.question_sets import read_contexts
from r2s.documents.raw import Entry, RawDocument, Row
from r2s.documents.records import find_fields, missing, read_record, told
from r2s.documents.rows import Rows, guarded, peek, read_rows
from r2s.documents.saying import too_long
from r2s.documents.sections import split_document
from r2s.documents.suffixes import WHOLE, Kind
from r2s.errors import DocumentError

# With less than this, and no second sentence, there is nothing to ask about.
SHORTEST = {"en": 40, "zh": 15}
_DEFAULTS = ReadOptions()
OfRows = Callable[[Rows, str, str, ReadOptions, Tell], Iterator[Entry | DocumentFailure]]
_WHOLE_READERS: dict[Kind, tuple[str, str]] = {
    "text": ("text", "read_text"),
    "markdown": ("text", "read_marked"),
    "html": ("html", "read_html"),
    "pdf": ("pdf", "read_pdf"),
    "docx": ("docx", "read_docx"),
    "epub": ("epub", "read_epub"),
}


def read_documents(
    paths: Sequence[Path | str],
    *,
    limit: int | None = None,
    options: ReadOptions = _DEFAULTS,
    tell: Tell = say_nothing,
    pairs_too: bool = False,
) -> Iterator[Document | DocumentFailure]:
    """Documents in the order of the paths, read as they are asked for; `limit` counts those read well.

    `tell` hears what was found out on the way: fields, encodings, what a file really is, near-duplicates. With
    `pairs_too`, files of pairs and dialogues are read as well, else they are refused.
    """
    rows = _of_rows_or_pairs if pairs_too else _of_rows
    entries = chain.from_iterable(_entries(str(path), options, tell, rows) for path in paths)
    count = 0
    for item in _without_twins(_documents(entries, options, tell), options, tell):
        yield item
        count += isinstance(item, Document)
        if limit is not None and count >= limit:
            return


def _entries(path: str, options: ReadOptions, tell: Tell, of_rows: OfRows) -> Iterator[Entry | DocumentFailure]:
    try:
        if is_address(path):
            address = address_of(path)
            yield from of_rows(guarded(read_hub(address, tell)), str(address), address.name, options, tell)
            return
        for found in find_files(Path(path)):
            yield from _of_file(SourceFile(found.path, found.place, options, tell, found.problem), of_rows)
    except DocumentError as error:
        yield DocumentFailure.of(error)


def _of_file(file: SourceFile, of_rows: OfRows) -> Iterator[Entry | DocumentFailure]:
    try:
        kind = find_kind(file)
    except DocumentError as error:
        yield DocumentFailure.of(error)
        return
    if kind in WHOLE:
        module, name = _WHOLE_READERS[kind]
        read: Callable[[SourceFile], RawDocument] = getattr(import_module(f"r2s.documents.formats.{module}"), name)
        yield Entry(file.place, partial(read, file))
    else:
        yield from of_rows(read_rows(file, kind), file.place, file.name, file.options, file.tell)


def _of_rows_or_pairs(
    rows: Rows, place: str, source: str, options: ReadOptions, tell: Tell
) -> Iterator[Entry | DocumentFailure]:
    """The documents of a file of rows, or its pairs and dialogues where it holds such."""
    first, rows = peek(rows)
    if not first or options.text_field or layout_of(first[0].values) not in NOT_DOCUMENTS:
        yield from _of_rows(rows, place, source, options, tell)
        return
    for item in pairs_of_rows(rows, place, source, tell):
        yield item if isinstance(item, DocumentFailure) else Entry(item.id, partial(raw_of, item))


def _of_rows(
    rows: Rows, place: str, source: str, options: ReadOptions, tell: Tell
) -> Iterator[Entry | DocumentFailure]:
    """The documents of a file of rows, by their layout; a field that the user names makes them records."""
    first, rows = peek(rows)
    layout = layout_of(first[0].values) if first and not options.text_field else Layout.RECORDS
    if layout in NOT_DOCUMENTS:
        yield DocumentFailure(place, wrong_door(layout, place))
    elif layout is Layout.RECORDS:
        yield from _records(first, rows, place, source, options, tell)
    else:
        tell(ReadNote(place, f"{layout}: each context is a document"))
        failures: list[DocumentFailure] = []
        yield from read_contexts(_rows_only(rows, failures), layout, source, options, place, tell)
        yield from failures


def _rows_only(rows: Rows, failures: list[DocumentFailure]) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, Row):
            yield row
        else:
            failures.append(row)


def _records(
    first: Sequence[Row], rows: Rows, place: str, source: str, options: ReadOptions, tell: Tell
) -> Iterator[Entry | DocumentFailure]:
    values = [row.values for row in first]
    if first and (problem := missing(values, options)):
        yield DocumentFailure(place, problem)
        return
    fields = find_fields(values, options)
    if first and not fields.text:
        names = ", ".join(dict.fromkeys(name for row in values for name in row))
        yield DocumentFailure(place, f"no field holds texts (there are {names}); name one with --text-field")
        return
    if first:
        tell(ReadNote(place, told(fields, values)))
    for row in rows:
        if isinstance(row, Row):
            yield Entry(row.place, partial(read_record, row, fields, source, options))
        else:
            yield row


def _documents(
    entries: Iterator[Entry | DocumentFailure], options: ReadOptions, tell: Tell
) -> Iterator[Document | DocumentFailure]:
    places: dict[str, str] = {}
    for item in entries:
        if isinstance(item, DocumentFailure):
            yield item
            continue
        try:
            yield from _read(item, options, places, tell)
        except DocumentError as error:
            yield DocumentFailure.of(error)


def _read(entry: Entry, options: ReadOptions, places: dict[str, str], tell: Tell) -> list[Document]:
    raw = entry.load()
    document = make_document(raw, entry.place, options)
    sections = split_document(document, raw.headings, options.section_characters)
    _claim([document.id, *(section.id for section in sections)], entry.place, places)
    if len(sections) > 1:
        tell(ReadNote(entry.place, f"{len(document.text):,} characters, cut into {len(sections)} sections"))
    return [section for section in sections if section.passages or section.messages]


def _claim(ids: Sequence[str], place: str, places: dict[str, str]) -> None:
    """Remember where these ids were read; raises DocumentError, and takes none, where another document has one.

    Those of sections count as well: a row may be called what a section of another is called.
    """
    for id in ids:
        if first := places.get(id):
            advice = "give each document an id of its own, or files of one name through the folder that holds them"
            raise DocumentError(place, f"the id {id!r} was read before, at {first}; {advice}")
    places.update(dict.fromkeys(ids, place))


def _without_twins(
    items: Iterator[Document | DocumentFailure], options: ReadOptions, tell: Tell
) -> Iterator[Document | DocumentFailure]:
    """The documents, those that nearly repeat an earlier one reported, and left out where that is wanted."""
    if options.duplicates == "keep":
        yield from items
        return
    known = NearDuplicates(options.similarity)
    for item in items:
        twin = known.add(item.id, item.text, item.language) if isinstance(item, Document) and item.text else None
        if twin and isinstance(item, Document):
            left_out = ", left out" if options.duplicates == "drop" else ""
            tell(ReadNote(item.id, f"nearly the same as {twin.id} (similarity {twin.similarity:.2f}){left_out}"))
        if twin is None or options.duplicates == "report":
            yield item


def make_document(raw: RawDocument, place: str, options: ReadOptions = _DEFAULTS) -> Document:
    """A raw text normalised and cut into passages, or a DocumentError that says why it is not fit for a dialogue."""
    if raw.messages:
        return _start(raw, place)
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


def _start(raw: RawDocument, place: str) -> Document:
    said = "\n".join(message.text for message in raw.messages)
    lang = find_language(said, raw.lang)
    if lang is None:
        raise DocumentError(place, _no_language(said))
    return Document(
        id=raw.id, title=raw.title, lang=lang, source=raw.source, text="", passages=(), messages=raw.messages
    )


def _no_language(text: str) -> str:
    if not any(character.isalpha() for character in text):
        return _too_little(text)
    return "not in a language that R2S speaks; it speaks English (en) and Chinese (zh-Hans, zh-Hant)"


def _too_little(text: str) -> str:
    return f"too little to talk about ({len(text)} characters); give it a few sentences or leave it out"
