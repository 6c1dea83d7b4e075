"""What the calls of a run cost, whether or not a dialogue came of them: counted from the events of all its sittings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from r2s.runs.lines import event_in

_CALL = b'"event":"call"'
_COUNTED = {"prompt_tokens", "completion_tokens"}


class Spending:
    """Calls that the run made itself: replies from a shared journal were paid for by another one.

    `cost_usd` is null once the price or the tokens of one are unknown. What a killed process had asked for and not yet
    written down is not in it.
    """

    def __init__(self) -> None:
        self.calls, self.prompt_tokens, self.completion_tokens = 0, 0, 0
        self.cost_usd: float | None = 0.0

    def tell(self, name: str, facts: Mapping[str, Any]) -> None:
        """Count an event, if it is a call."""
        if name != "call":
            return
        self.calls += 1
        self.prompt_tokens += facts["prompt_tokens"] or 0
        self.completion_tokens += facts["completion_tokens"] or 0
        # The calls of an earlier version did not tell what they cost.
        cost = facts.get("cost_usd")
        self.cost_usd = None if cost is None or self.cost_usd is None else self.cost_usd + cost

    def read(self, events: Path) -> None:
        """Count the calls of a file of events; a line that is damaged is passed over."""
        if not events.is_file():
            return
        with events.open("rb") as lines:
            for line in lines:
                event = event_in(line) if _CALL in line else None
                if event is not None and event.keys() >= _COUNTED:
                    self.tell(event["event"], event)

    def figures(self) -> dict[str, Any]:
        """The sums, ready for JSON."""
        return {
            "calls": self.calls,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "cost_usd": self.cost_usd,
        }
