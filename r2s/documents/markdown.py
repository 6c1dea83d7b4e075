"""Markdown as a reader sees it: the words without the marks."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from r2s.documents.lines import join_lines
from r2s.documents.raw import Heading

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"[ \t]*(```+|~~~+)")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_ITEM = re.compile(r"[ \t]*(?:[-*+•][ \t]+(?:\[[ xX]\][ \t]+)?|(?=\d{1,3}[.)][ \t]))")
_RULE = re.compile(r"[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_TABLE_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*$")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t:|-]*-[ \t:|-]*$")
_DEFINITION = re.compile(r" {0,3}\[[^\]]+\]:[ \t]*\S+")
_QUOTE_MARK = re.compile(r"(?:[ \t]*>[ \t]?)+")

_INLINE = [
    (re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])"), ""),
    (re.compile(r"\[\^[^\]]+\]"), ""),
    (re.compile(r"\[([^\]]+)\]\((?:[^()]|\([^()]*\))*\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\[[^\]]*\]"), r"\1"),
    (re.compile(r"<((?:https?|mailto):[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"(`+)(.+?)\1"), r"\2"),
    (re.compile(r"(?<!\\)(\*\*\*|\*\*|~~)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\\*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?!\*)"), r"\1"),
    (re.compile(r"(?<![\w\\])(__|_)(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"), r"\1"),
]


class Marked(NamedTuple):
    """A text without its marks: its title, what follows it, and which lines of that are headings."""

    title: str | None
    text: str
    headings: tuple[Heading, ...]


def read_markdown(text: str) -> Marked:
    """The title (the front matter's, else the first `# ` heading) and the rest as plain text."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    front = _FRONT_MATTER.match(text)
    title = _front_title(front.group(1)) if front else None
    lines = text[front.end() if front else 0 :].split("\n")
    heading, lines = _take_title(_with_hash_headings(lines))
    plain = _plain(lines)
    if title and heading and heading != title:
        plain = "\n\n".join([heading, plain])
    return Marked(title or heading, plain, tuple(_headings(lines)))


def _front_title(front: str) -> str | None:
    match = _FRONT_TITLE.search(front)
    return match.group(1).strip("\"'").strip() or None if match else None


def _with_hash_headings(lines: Iterable[str]) -> list[str]:
    """Write underlined headings with a hash, so that there is one kind of heading."""
    out: list[str] = []
    for line in lines:
        mark = _UNDERLINE.match(line)
        if mark and out and out[-1].strip() and not _HEADING.match(out[-1]) and not _ITEM.match(out[-1]):
            out[-1] = f"{'#' if '=' in line else '##'} {out[-1].strip()}"
        else:
            out.append(line)
    return out


def _take_title(lines: list[str]) -> tuple[str | None, list[str]]:
    is_code = False
    for position, line in enumerate(lines):
        is_code ^= bool(_FENCE.match(line))
        match = None if is_code else _HEADING.match(line)
        if match and len(match.group(1)) == 1 and match.group(2):
            return _inline(match.group(2)), lines[:position] + lines[position + 1 :]
    return None, lines


def _headings(lines: Iterable[str]) -> Iterator[Heading]:
    is_code = False
    for line in lines:
        is_code ^= bool(_FENCE.match(line))
        match = None if is_code else _HEADING.match(line)
        if match and (heading := _inline(match.group(2))):
            yield Heading(len(match.group(1)), heading)


def _plain(lines: list[str]) -> str:
    return "\n".join(_blocks(lines))


def _blocks(lines: list[str]) -> Iterator[str]:
    """Paragraphs with their lines joined; headings, items, rows and lines of code on a line of their own."""
    held: list[str] = []
    is_code = False
    for line in lines:
        if _FENCE.match(line):
            is_code = not is_code
            yield from _flushed(held)
        elif is_code:
            yield line
        else:
            yield from _block(_QUOTE_MARK.sub("", line, count=1) if line.lstrip().startswith(">") else line, held)
    yield from _flushed(held)


def _block(line: str, held: list[str]) -> Iterator[str]:
    heading, item = _HEADING.match(line), _ITEM.match(line)
    is_alone = heading or _TABLE_ROW.match(line) or _RULE.match(line) or not line.strip() or _DEFINITION.match(line)
    if is_alone or item:
        yield from _flushed(held)
    if heading:
        yield from ("", _inline(heading.group(2)), "")
    elif is_alone:
        yield _row(line)
    else:
        held.append(line[item.end() :] if item else line)


def _row(line: str) -> str:
    if _TABLE_ROW.match(line) and not _TABLE_RULE.match(line):
        return ", ".join(cell for part in line.strip().strip("|").split("|") if (cell := _inline(part.strip())))
    return ""


def _flushed(held: list[str]) -> Iterator[str]:
    if held:
        yield _inline(join_lines(held))
        held.clear()


def _inline(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text.strip()
