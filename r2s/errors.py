"""What can go wrong, one class per boundary.

R2SError
├── ConfigError      a setting, a flag or a file of settings cannot be used
├── DocumentError    one document cannot be read, or is not fit to be read
├── EndpointError    a model cannot be reached, or refuses us
├── AnswerError      a model's reply is not what was asked for
├── WaitingError     a reply is still to come from outside; the dialogue goes on once it is there
├── TurnError        a turn could not be brought to an end; the dialogue stops before it
├── TreeError        a tree file does not hold what it should
├── TrainError       a training cannot go on
└── RunError         a run cannot go on
    ├── ResumeError      the run directory belongs to another configuration or other documents
    ├── JournalError     the call journal cannot be opened, read or written
    │   └── JournalLostError the database that it is in cannot be reached
    ├── BudgetError      the budget is used up; what is finished is kept
    └── StoppedError     somebody asked the run to stop; what is finished is kept

A message says what went wrong, where, and how to mend it. A failed document or turn is recorded and the
others go on; no error text is ever written into a dialogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from r2s.usage import Usage


class R2SError(Exception):
    """Whatever R2S raises on purpose; `kind` groups errors in counts and files."""

    @property
    def kind(self) -> str:
        return type(self).__name__.removesuffix("Error").lower()


class ConfigError(R2SError, ValueError):
    """A setting, a flag or a file of settings cannot be used."""


class DocumentError(R2SError, ValueError):
    """One document cannot be read; `document` names it."""

    def __init__(self, document: str, message: str) -> None:
        super().__init__(f"{document}: {message}")
        self.document = document


class EndpointError(R2SError):
    """A model cannot be reached, or refuses us."""


class AnswerError(R2SError, ValueError):
    """A model's reply is not what was asked for; `usage` was spent on it all the same."""

    def __init__(self, message: str, usage: Usage | None = None) -> None:
        # Not above: it loads pydantic, for which no help text should wait.
        from r2s.usage import Usage

        super().__init__(message)
        self.usage = usage or Usage()


class WaitingError(R2SError):
    """A reply is still to come from outside; nothing has failed."""


class TurnError(R2SError):
    """A turn could not be brought to an end."""


class TreeError(R2SError, ValueError):
    """A tree does not hold what it should."""


class TrainError(R2SError):
    """A training cannot go on."""


class RunError(R2SError):
    """A run cannot go on."""


class ResumeError(RunError):
    """The run directory belongs to another configuration or to other documents."""


class JournalError(RunError):
    """The call journal cannot be opened, read or written."""


class JournalLostError(JournalError):
    """The database that the call journal is in cannot be reached; what it holds is kept."""


class BudgetError(RunError):
    """The budget is used up; what is finished is kept."""


class StoppedError(RunError):
    """Somebody asked the run to stop; what is finished is kept."""
