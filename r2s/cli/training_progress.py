"""Progress of a training on standard error."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from r2s.cli.progress import LiveLine

if TYPE_CHECKING:
    from rich.console import RenderableType

    from r2s.training.watch import Step


class Progress(LiveLine):
    """Shows the update that was made last."""

    def __init__(self) -> None:
        super().__init__()
        self._step: Step | None = None

    def on_step(self, step: Step) -> None:
        """One update."""
        self._step = step

    def line(self) -> str:
        from r2s.views.moments import duration

        if (step := self._step) is None:
            return "loading"
        left = f", {duration(step.seconds_left)} left" if isfinite(step.seconds_left) else ""
        return f"{step.number:,}/{step.total:,} updates, loss {step.loss:.3f}{left}"

    def picture(self) -> RenderableType:
        from r2s.views.moments import bar

        done, total = (self._step.number, self._step.total) if self._step else (0, 1)
        return bar(done, total, self.line())
