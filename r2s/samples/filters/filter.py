"""What every filter is: settings that make a judge of dialogues."""

from collections.abc import Callable
from typing import ClassVar

from pydantic import BaseModel

from r2s.samples.dialogue import Dialogue

Judge = Callable[[Dialogue], str | None]
"""Answers with the reason to drop a dialogue, or None to keep it."""


class Filter(BaseModel, frozen=True, extra="forbid"):
    """A filter that has to remember or to read something makes its judge in `judge`; the others only refuse.

    One that `remembers` what it keeps is asked after all others, so that it knows nothing but what is exported.
    """

    remembers: ClassVar[bool] = False

    def judge(self) -> Judge:
        """A judge for one export; raises `ConfigError` where what it needs is not there."""
        return self.refuses

    def refuses(self, dialogue: Dialogue) -> str | None:
        """Why this dialogue is dropped, or None."""
        raise NotImplementedError
