"""How a run ends: its status, and the errors that end one early with all that is finished kept."""

from typing import Literal

from r2s.errors import BudgetError, EndpointError, JournalLostError, R2SError, StoppedError

Status = Literal["running", "finished", "waiting", "budget", "stopped", "endpoint"]

ENDINGS: dict[type[R2SError], Status] = {
    BudgetError: "budget",
    EndpointError: "endpoint",
    JournalLostError: "endpoint",
    StoppedError: "stopped",
}


def status_after(error: R2SError) -> Status:
    """The status of a run that one of the `ENDINGS` has ended."""
    return next(status for kind, status in ENDINGS.items() if isinstance(error, kind))
