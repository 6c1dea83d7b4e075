"""What reading found out by itself, and a user may want to set otherwise."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadNote:
    """`document` is where it stands (a file, or file:row), without any folder of this machine."""

    document: str
    message: str


Tell = Callable[[ReadNote], None]


def say_nothing(note: ReadNote) -> None:
    """Where nobody listens."""
