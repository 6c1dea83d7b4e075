"""Replies in sections, `[Name] … [End]`: long texts under the tags of the Reflection-Tuning paper.

A section ends at `[End]` and nowhere else, so that an answer may begin with "Endangered" and end with "The End".
"""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from r2s.errors import AnswerError

_OPEN, _CLOSE = r"[\[［【]\s*", r"\s*[\]］】]"
_END = "end"


@dataclass(frozen=True, slots=True)
class Sections:
    """The texts of the sections by name, and what was said `before` the first of those that must be there."""

    texts: Mapping[str, str]
    before: str


def read_sections(text: str, required: Sequence[str], others: Sequence[str] = ()) -> Sections:
    """Every section that is closed; raises `AnswerError` unless each of the `required` is there exactly once."""
    found: dict[str, list[str]] = {name: [] for name in (*required, *others)}
    tags = [*_tags((*required, *others)).finditer(text)]
    first = len(text)
    for tag, following in pairwise(tags):
        name = _name(tag, found)
        if name == _END or _name(following, found) != _END:
            continue
        found[name].append(text[tag.end() : following.start()].strip())
        if name in required:
            first = min(first, tag.start())
    _check(found, required, [_name(tag, found) for tag in tags])
    return Sections({name: texts[0] for name, texts in found.items() if texts}, text[:first].strip())


@functools.cache
def _tags(names: tuple[str, ...]) -> re.Pattern[str]:
    """Models set tags in bold, as headings, or with a colon; without brackets they count at the start of a line."""
    words = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names)
    name = rf"(?:#+[ \t]*)?(?P<bold>\*+)?{_OPEN}(?P<name>{words}){_CLOSE}(?(bold)\**):?(?(bold)\**)"
    bare = rf"^[ \t]*[#*]*[ \t]*(?P<bare>{words})\**:\**"
    end = rf"(?:^[ \t]*[#*]+[ \t]*|\*\*(?={_OPEN}end{_CLOSE}\*\*))?{_OPEN}(?P<end>end){_CLOSE}"
    return re.compile(rf"{name}|{bare}|{end}", re.IGNORECASE | re.MULTILINE)


def _name(tag: re.Match[str], known: Mapping[str, object]) -> str:
    if tag["end"]:
        return _END
    said = " ".join((tag["name"] or tag["bare"]).lower().split())
    return next(name for name in known if name.lower() == said)


def _check(found: Mapping[str, Sequence[str]], required: Sequence[str], tags: Sequence[str]) -> None:
    for name in required:
        if not found[name]:
            raise AnswerError(f"the part from [{name}] to [End] is missing")
        if len(found[name]) > 1:
            raise AnswerError(f"the part from [{name}] to [End] is there {len(found[name])} times; give it once")
    behind = tags[tags.index(required[0]) :]
    if any(one == other == _END for one, other in pairwise(behind)):
        raise AnswerError("there is an [End] too many, so that nobody can tell where a part ends")
