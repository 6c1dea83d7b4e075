"""What lets a call through: the budget, kept by whoever runs many dialogues."""

from typing import Protocol

from r2s.usage import Usage


class Gate(Protocol):
    """Asked before each call and told after it, so that calls under way count at their worst."""

    async def take(self, worst: Usage) -> None:
        """Let a call through that may use up to `worst`; raises `BudgetError` where the budget does not allow it."""
        ...

    def pay(self, worst: Usage, paid: Usage) -> None:
        """The call has ended: what was held back for it is free again, what it cost is spent."""
        ...


class OpenGate:
    """Lets everything through."""

    async def take(self, worst: Usage) -> None:
        """No call is too much."""

    def pay(self, worst: Usage, paid: Usage) -> None:
        """No call is counted."""
