"""Lines that a writer's editor broke, joined again: a sentence must not end because a line does."""

import re
from collections.abc import Sequence

_WIDE = re.compile(r"[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…]")
# A paragraph was wrapped where all its lines but the last come about equally near to a margin.
NARROWEST, WIDEST, RAGGED = 40, 100, 25


def join_lines(lines: Sequence[str]) -> str:
    """One line of several; Chinese is joined without a space."""
    joined = lines[0].strip()
    for line in (line.strip() for line in lines[1:]):
        is_wide = bool(joined and line and _WIDE.match(joined[-1]) and _WIDE.match(line[0]))
        joined += line if is_wide else f" {line}"
    return joined


def unwrap(text: str) -> str:
    """The text with the lines of each wrapped paragraph joined; lists, verses and tables keep their lines."""
    paragraphs = [paragraph.split("\n") for paragraph in text.split("\n\n")]
    return "\n\n".join(join_lines(lines) if _is_wrapped(lines) else "\n".join(lines) for lines in paragraphs)


def _is_wrapped(lines: Sequence[str]) -> bool:
    lengths = [len(line) for line in lines]
    if len(lines) < 2 or max(lengths) > WIDEST:
        return False
    return min(lengths[:-1]) >= max(NARROWEST, max(lengths) - RAGGED) and any(_runs_on(line) for line in lines[:-1])


def _runs_on(line: str) -> bool:
    return line.rstrip()[-1:] not in '.!?。！？;；:：”"’』」'
