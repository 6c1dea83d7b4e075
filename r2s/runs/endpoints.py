"""What a run's endpoints have counted, added up over all processes that played it: first, resumed, forked."""

from collections.abc import Mapping
from typing import Any

from r2s.runs.directory import RunDirectory, write_json

# Of these the greatest stands; all others add up.
PEAKS = ("most_in_flight",)


def add_endpoints(directory: RunDirectory, counted: Mapping[str, Any]) -> None:
    """Add what one process has counted, by endpoint, to the run's `metrics.json`, once, when it ends.

    A process that was killed has told nobody: its calls are in the journal, and not in these figures.
    """
    if counted:
        metrics = directory.read_metrics()
        write_json(directory.metrics, {**metrics, "endpoints": added(metrics.get("endpoints", {}), counted)})


def added(before: Mapping[str, Any], now: Mapping[str, Any], *, at_once: bool = False) -> dict[str, Any]:
    """The figures of both; where they were counted `at_once`, in processes side by side, peaks add up too."""
    return {name: _together(name, before.get(name), now.get(name), at_once) for name in {**before, **now}}


def _together(name: str, before: Any, now: Any, at_once: bool) -> Any:
    if before is None or now is None:
        return now if before is None else before
    if isinstance(now, Mapping):
        return added(before, now, at_once=at_once)
    return max(before, now) if name in PEAKS and not at_once else round(before + now, 3)
