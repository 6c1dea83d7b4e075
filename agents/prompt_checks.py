"""What is wrong with a prompt's file, as far as its text tells: its name, its parts, its names to fill, its size.

What a role may be told is read off the shipped file of the same name: it names every field that its agent passes.
"""

import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from r2s.agents.prompts import shipped_prompts
from r2s.models.prompt import names_in

SEPARATOR = "---"
_ALMOST_A_SEPARATOR = re.compile(r"\s*[-–—]{3,}\s*")
_BRACES = re.compile(r"\{\{[^{}]*\}\}")
# Instructions, what stands for a dialogue, the moment.
MOST_PARTS = 3
# A file of more than so many times the shipped one's tokens is remarked on: every call pays for it.
LARGE = 2.0


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file, or worth a look; lines count from 1."""

    file: str
    line: int
    message: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"

    @property
    def is_error(self) -> bool:
        return self.level == "error"


def problems_of(file: str, text: str) -> list[Problem]:
    """The problems of one file, in the order of its lines."""
    shipped = shipped_prompts().get(file)
    if shipped is None:
        near = difflib.get_close_matches(file, shipped_prompts(), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return [Problem(file, 1, f"no role reads a file of this name{hint}")]
    if not text.strip():
        return [Problem(file, 1, "the file is empty; without it the shipped one holds")]
    # Without its parts, nothing can be said of what stands in them.
    found = list(_parts(file, text, shipped)) or [*_names(file, text, shipped), *_form(file, text, shipped)]
    return sorted([*found, *_size(file, text, shipped)], key=lambda problem: problem.line)


def shape_of(instructions: str) -> dict[str, Any] | None:
    """The JSON object in the last line of instructions, which shows the form of the answer; None where it is none."""
    try:
        shape = json.loads(instructions.strip().splitlines()[-1])
    except (ValueError, IndexError):
        return None
    return shape if isinstance(shape, dict) else None


def tokens(text: str) -> int:
    """About how many tokens a text takes: one for a wide character, one for four others."""
    wide = len(re.findall(r"[\u2e80-\uffef]", text))
    return wide + (len(text) - wide) // 4


def _parts(file: str, text: str, shipped: str) -> Iterator[Problem]:
    lines = text.strip("\n").splitlines()
    separators = [number for number, line in enumerate(lines, 1) if line == SEPARATOR]
    offset = _first_line(text)
    if not _has_parts(shipped):
        for number in separators:
            yield Problem(file, number + offset, f"a line of {SEPARATOR}, but this file has no parts")
        return
    for number, line in enumerate(lines, 1):
        if line != SEPARATOR and _ALMOST_A_SEPARATOR.fullmatch(line):
            yield Problem(file, number + offset, f"write {SEPARATOR} and nothing else where a new part begins")
    if not 1 <= len(separators) < MOST_PARTS:
        wanted = "instructions, what stands for a dialogue (may be left out), the moment"
        place = separators[-1] + offset if separators else 1
        found = len(separators) + 1
        yield Problem(file, place, f"parts found: {found}; wanted, a line of {SEPARATOR} between them: {wanted}")


def _names(file: str, text: str, shipped: str) -> Iterator[Problem]:
    known, seen = set(names_in(shipped)), set[str]()
    is_filled = not _has_parts(shipped)
    for number, line in enumerate(text.splitlines(), 1):
        is_filled = is_filled or line == SEPARATOR
        names = names_in(line)
        seen.update(names)
        for name in names:
            if name not in known:
                yield Problem(file, number, f"nobody tells this role {{{{{name}}}}}; {_told(name, known)}")
            elif not is_filled:
                yield Problem(file, number, f"{{{{{name}}}}} stands in the instructions, which are not filled")
        for braces in _BRACES.findall(line):
            if not names_in(braces):
                yield Problem(file, number, f"{braces} is no name: write {{{{name}}}} without spaces")
    if missing := sorted(known - seen):
        names = ", ".join(f"{{{{{name}}}}}" for name in missing)
        yield Problem(file, len(text.splitlines()), f"the role is not told {names}", "warning")


def _told(name: str, known: set[str]) -> str:
    if near := difflib.get_close_matches(name, known, n=1):
        return f"did you mean {{{{{near[0]}}}}}?"
    return f"it is told {', '.join(sorted(known))}" if known else "this file has nothing to fill"


def _form(file: str, text: str, shipped: str) -> Iterator[Problem]:
    instructions = text.split(f"\n{SEPARATOR}\n")[0]
    if shape_of(shipped.split(f"\n{SEPARATOR}\n")[0]) and shape_of(instructions) is None:
        place = len(instructions.rstrip().splitlines())
        yield Problem(file, place, "the last line of the instructions must be the answer's form, one JSON object")


def _size(file: str, text: str, shipped: str) -> Iterator[Problem]:
    size, usual = tokens(text), tokens(shipped)
    if size > LARGE * usual:
        yield Problem(
            file, 1, f"about {size} tokens, where the shipped one has {usual}: every call pays for them", "warning"
        )


def _has_parts(shipped: str) -> bool:
    return f"\n{SEPARATOR}\n" in shipped


def _first_line(text: str) -> int:
    """How many empty lines come before the first."""
    return len(text) - len(text.lstrip("\n"))
