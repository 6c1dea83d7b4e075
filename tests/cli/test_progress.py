"""How progress is shown: by the clock, in full on a terminal only, and in words that are true."""

import contextlib
import io
import os
import pty
import sys
from collections.abc import Iterator
from threading import Event

import pytest

from r2s.cli import progress, training_progress
from r2s.cli.progress import Counted, LiveLine, Progress, choose_display, display
from r2s.config import Limits
from r2s.documents import ReadNote
from r2s.runs.meter import Meter
from tests.runs.events import STARTED, turn


@pytest.fixture(autouse=True)
def in_full() -> Iterator[None]:
    choose_display("full")
    yield
    choose_display("full")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Told(LiveLine):
    def __init__(self) -> None:
        super().__init__()
        self.asked = Event()

    def line(self) -> str:
        self.asked.set()
        return "so far \x1b[2J"


def test_without_a_terminal_lines_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert display() == "plain"

    monkeypatch.setattr(sys, "stderr", _Terminal())
    monkeypatch.setenv("TERM", "xterm")
    assert display() == "full"

    monkeypatch.setenv("TERM", "dumb")
    assert display() == "plain"


def test_what_was_chosen_holds_on_a_terminal_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", _Terminal())

    choose_display("none")

    assert display() == "none"


def test_plain_lines_come_by_the_clock_and_are_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setattr(progress, "PLAIN_SECONDS", 0.001)
    told = _Told()

    with told:
        assert told.asked.wait(30)

    assert "so far ␛[2J" in sys.stderr.getvalue()  # type: ignore[attr-defined]


def test_none_shows_nothing_but_what_must_be_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setattr(progress, "PLAIN_SECONDS", 0.001)
    choose_display("none")

    with Progress(Meter(Limits())) as shown:
        shown.on_note(ReadNote("doc", "cut"))
        shown.say("replies wait")

    assert sys.stderr.getvalue() == "replies wait\n"  # type: ignore[attr-defined]


def test_on_a_terminal_lines_are_drawn_and_cleared_away(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setenv("TERM", "xterm")
        told = _Told()
        with told:
            assert told.asked.wait(30)
    written = _everything_from(ours).decode()

    assert "so far ␛[2J" in written
    assert written.endswith("\x1b[2K")
    assert written.count("\x1b[?25l") == written.count("\x1b[?25h") == 1


def _everything_from(terminal: int) -> bytes:
    """What was written to it, once nobody writes any more: a read brings what there is, and Linux ends by an error."""
    written = b""
    with os.fdopen(terminal, "rb", buffering=0) as reader, contextlib.suppress(OSError):
        while part := reader.read(65536):
            written += part
    return written


def test_only_the_first_notes_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    shown = Progress(Meter(Limits()))

    for number in range(50):
        shown.on_note(ReadNote(f"d{number}", "cut"))

    said = sys.stderr.getvalue().splitlines()  # type: ignore[attr-defined]
    assert len(said) == progress.MOST_NOTES + 1
    assert "events.jsonl" in said[-1]


def test_counted_things_tell_what_failed_and_what_their_calls_cost() -> None:
    meter = Meter(Limits())
    counted = Counted("dialogues judged", 4, meter)
    counted.add()
    counted.add(failed=True)

    assert counted.line().startswith("2/4 dialogues judged")
    assert "1 failed" in counted.line()
    assert "calls" not in counted.line()

    meter.calls, meter.spent.tokens, meter.spent.has_unpriced = 3, 1200, True

    assert "1,200 tokens, cost unknown" in counted.line()


def test_a_run_is_one_line_too() -> None:
    shown = Progress(Meter(Limits()))
    shown.tell("started", STARTED)
    shown.tell("turn", turn("d1", 1))

    assert shown.line().startswith("2/10 dialogues, ")
    assert "1 turns" in shown.line()


def test_a_training_is_told_without_a_guess_it_cannot_make() -> None:
    pytest.importorskip("torch")
    from r2s.training.watch import Step

    shown = training_progress.Progress()

    assert shown.line() == "loading"

    shown.on_step(Step(number=1, total=9, loss=0.5, learning_rate=0.1, seconds=3.0, began=1))
    assert shown.line() == "1/9 updates, loss 0.500"

    shown.on_step(Step(number=2, total=9, loss=0.5, learning_rate=0.1, seconds=3.0, began=1))
    assert shown.line() == "2/9 updates, loss 0.500, 21 s left"
