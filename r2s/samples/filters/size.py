"""Filters on how long a dialogue is."""

from typing import Literal

from pydantic import Field

from r2s.samples.dialogue import Dialogue
from r2s.samples.filters.filter import Filter


class Turns(Filter, frozen=True):
    """At least `least` turns and at most `most`; a turn is a question with its reply."""

    kind: Literal["turns"] = "turns"
    least: int = Field(default=1, ge=1)
    most: int | None = Field(default=None, ge=1)

    def refuses(self, dialogue: Dialogue) -> str | None:
        return _outside(len(dialogue.exchanges), "turns", self.least, self.most)


class Characters(Filter, frozen=True):
    """At least `least` characters and at most `most` in all messages together."""

    kind: Literal["characters"] = "characters"
    least: int = Field(default=1, ge=1)
    most: int | None = Field(default=None, ge=1)

    def refuses(self, dialogue: Dialogue) -> str | None:
        return _outside(dialogue.characters, "characters", self.least, self.most)


def _outside(count: int, of: str, least: int, most: int | None) -> str | None:
    if count < least:
        return f"{count} {of}, at least {least}"
    return f"{count} {of}, at most {most}" if most is not None and count > most else None
