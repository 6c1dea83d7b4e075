"""Records: rows that hold one document each, and which of their fields holds what."""

import re
from collections.abc import Mapping, Sequence
from pathlib import PureWindowsPath
from typing import Any, NamedTuple

from r2s.documents.normal import one_line
from r2s.documents.options import ReadOptions
from r2s.documents.raw import RawDocument, Row
from r2s.documents.saying import kind_of, too_long
from r2s.errors import DocumentError

TEXT_FIELDS = (
    *("text", "content", "body", "document", "passage", "context", "description", "reference", "desc", "article"),
    *("正文", "内容", "文本", "原文", "文章", "简介", "描述", "介绍", "说明", "内容简介", "摘要"),
    *("內容", "文字", "簡介", "描述", "介紹", "說明", "內文"),
)
TITLE_FIELDS = ("title", "name", "heading", "headline", "标题", "名称", "题名", "標題", "名稱", "題名")
ID_FIELDS = ("id", "_id", "doc_id")
_OTHER_FIELDS = (*ID_FIELDS, "lang", "language", "source", "url", "licence", "license")
_SEPARATORS = re.compile(r"[\s_-]+")
_LOCAL_PATH = re.compile(r"file:|/|~|[A-Za-z]:[\\/]|\\\\")
_NO_PROSE = re.compile(r"(?:https?:|file:|/|[A-Za-z]:[\\/])\S*|\S*")
# With fewer characters than this on average, a column holds names or keys and no texts.
SHORTEST_TEXTS = 20


class Fields(NamedTuple):
    """The fields that hold text and title, the likelier first; `is_guess` where no name told it."""

    text: tuple[str, ...]
    title: tuple[str, ...]
    is_guess: bool = False


def find_fields(rows: Sequence[Mapping[str, Any]], options: ReadOptions) -> Fields:
    """Which fields hold text and title, told from the first rows: as given, by their names, else the longest texts."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    titles = (options.title_field,) if options.title_field else (*_named(names, TITLE_FIELDS), *TITLE_FIELDS)
    if options.text_field:
        return Fields((options.text_field,), titles)
    if found := _named([name for name in names if any(row.get(name) is not None for row in rows)], TEXT_FIELDS):
        return Fields((*dict.fromkeys((*found, *TEXT_FIELDS)),), titles)
    longest = _longest(rows, [name for name in names if _plain(name) not in _OTHER_FIELDS and name not in titles])
    return Fields((longest,), titles, is_guess=True) if longest else Fields((), titles)


def told(fields: Fields, rows: Sequence[Mapping[str, Any]]) -> str:
    """What was found out, for the user to see."""
    text = next(name for name in fields.text if any(row.get(name) is not None for row in rows))
    title = next((name for name in fields.title if any(name in row for row in rows)), None)
    guess = " (the longest texts)" if fields.is_guess else ""
    return f"text from {text!r}{guess}, " + (f"title from {title!r}" if title else "no title")


def missing(rows: Sequence[Mapping[str, Any]], options: ReadOptions) -> str | None:
    """What to say where a field that the user named is in none of these rows; null where all is well."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    for option in ("text_field", "title_field"):
        name = getattr(options, option)
        if name and name not in names:
            return f"documents.{option}: there is no field {name!r}; there are {', '.join(names) or 'none'}"
    return None


def _named(names: Sequence[str], usual: Sequence[str]) -> list[str]:
    by_plain = {_plain(name): name for name in reversed(names)}
    return [by_plain[name] for name in dict.fromkeys(usual) if name in by_plain]


def _plain(name: str) -> str:
    return _SEPARATORS.sub("_", name.strip().lower())


def _longest(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str | None:
    lengths = {name: _mean_length(rows, name) for name in names}
    best = max(lengths, key=lengths.__getitem__, default=None)
    return best if best is not None and lengths[best] >= SHORTEST_TEXTS else None


def _mean_length(rows: Sequence[Mapping[str, Any]], name: str) -> float:
    texts = [text for row in rows if isinstance(text := row.get(name), str) and not _NO_PROSE.fullmatch(text)]
    chinese = [text for row in rows if isinstance(text := row.get(name), str) and _is_chinese(text)]
    return sum(map(len, {*texts, *chinese})) / len(rows)


def _is_chinese(text: str) -> bool:
    return sum("\u3400" <= character <= "\u9fff" for character in text[:200]) > len(text[:200]) / 2


def read_record(row: Row, fields: Fields, source: str, options: ReadOptions) -> RawDocument:
    """The document of a row; raises DocumentError where its text is missing, empty or too long."""
    text = _text(row, fields)
    if len(text) > options.max_characters:
        raise DocumentError(row.place, too_long(f"{len(text):,} characters", options.max_characters))
    return RawDocument(
        id=id_of(row.values) or row.place,
        title=string_of(row.values, fields.title),
        text=text,
        source=_source(row.values) or source,
        lang=string_of(row.values, ("lang", "language")),
        licence=string_of(row.values, ("licence", "license")),
    )


def _text(row: Row, fields: Fields) -> str:
    values = row.values
    given = [name for name in fields.text if values.get(name) is not None]
    if not given:
        usual = ", ".join(fields.text)
        raise DocumentError(row.place, f"the row has no text; put it in one of the fields {usual}, or name its field")
    texts = [values[name] for name in given if isinstance(values[name], str)]
    if not texts:
        kind = kind_of(values[given[0]])
        raise DocumentError(row.place, f"the row's `{given[0]}` is {kind}, not a string; join it to one text")
    filled = [text for text in texts if text.strip()]
    if not filled:
        raise DocumentError(row.place, f"the row's `{given[0]}` is empty; give it a text or leave the row out")
    return filled[0]


def string_of(values: Mapping[str, Any], names: Sequence[str]) -> str | None:
    """The first of these fields that holds a string, on one line."""
    found = (one_line(values[name]) for name in names if isinstance(values.get(name), str))
    return next(filter(None, found), None)


def id_of(values: Mapping[str, Any], names: Sequence[str] = ID_FIELDS) -> str | None:
    """What a row calls itself."""
    for name in names:
        value = values.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and (found := one_line(str(value))):
            return found
    return None


def list_of(values: Mapping[str, Any], name: str) -> Sequence[Any]:
    """The list in a field; an empty one where the field holds anything else."""
    found = values.get(name)
    return found if isinstance(found, list | tuple) else ()


def _source(values: Mapping[str, Any]) -> str | None:
    """The row's source; of a path on somebody's machine, only the file's name."""
    source = string_of(values, ("source",))
    return PureWindowsPath(source).name if source and _LOCAL_PATH.match(source) else source
