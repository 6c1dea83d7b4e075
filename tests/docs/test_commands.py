"""Every `r2s` line in the README and in the pages of docs names a command that there is, with options that it has."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from docs.reference import root

PROJECT = Path(__file__).resolve().parents[2]
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
_FENCE = re.compile(r"^```(?:bash|sh|shell|console)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_ENDS = ("|", "||", "&", "&&", ";", ">", ">>", "2>", "<")


def lines_of(text: str) -> Iterator[str]:
    """The `r2s` commands in the fenced blocks of a page, continued lines joined, comments and redirections cut off."""
    for block in _FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            while words and re.fullmatch(r"[A-Z_0-9]+=.*", words[0]):
                words = words[1:]
            if words[:1] == ["r2s"]:
                yield shlex.join(words[: next((at for at, word in enumerate(words) if word in _ENDS), None)])


def complaint(line: str) -> str | None:
    """What is wrong with a command line, by the parser that would read it; nothing is run, no path is looked at."""
    command, words, context = _root(), shlex.split(line)[1:], None
    name = "r2s"
    while True:
        context = command.context_class(command, info_name=name, parent=context)
        children = getattr(command, "commands", None)
        if children is None or not words or words[0].startswith("-"):
            return _options(command, context, words)
        name, words = words[0], words[1:]
        if name not in children:
            return f"{line}: there is no command {name}"
        command = children[name]


def _options(command: Any, context: Any, words: list[str]) -> str | None:
    try:
        given, _, _ = command.make_parser(context).parse_args(args=list(words))
    except Exception as error:
        return f"{context.command_path}: {error}"
    wanted = [one.name for one in command.params if one.required and not given.get(one.name)]
    return f"{context.command_path}: without {wanted}" if wanted and "--help" not in words else None


@cache
def _root() -> Any:
    return root()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_the_commands_of_a_page_are_there(page: Path) -> None:
    lines = list(lines_of(page.read_text(encoding="utf-8")))

    assert [told for line in lines if (told := complaint(line))] == []


def test_a_command_or_an_option_that_is_not_there_is_found() -> None:
    lines = (
        "```bash\nA=1 r2s rum docs  # no\nr2s run docs -o RUN \\\n  --loud | tail\nr2s run docs\nr2s show RUN\n```\n"
    )

    told = [complaint(line) for line in lines_of(lines)]

    assert "no command rum" in (told[0] or "")
    assert "--loud" in (told[1] or "")
    assert "out" in (told[2] or "")
    assert told[3:] == [None]
