"""The driver's end of what joins it to a worker, and what starts workers: the two things that differ by engine."""

from typing import Protocol


class LostWorkerError(Exception):
    """A worker is gone, and why; the error never leaves the pool."""


class Channel(Protocol):
    """One worker, from its birth to its end."""

    async def open(self) -> None:
        """Have the worker made; raises `LostWorkerError` where that fails."""
        ...

    def send(self, frame: bytes) -> None:
        """Send a message; nobody hears it where the worker is gone."""
        ...

    async def receive(self) -> bytes:
        """The next message; raises `LostWorkerError` once there is none any more."""
        ...

    async def close(self) -> None:
        """End the worker, at once where it lives."""
        ...


class Launcher(Protocol):
    """Where workers live; `count` of them once it is open."""

    count: int

    async def open(self) -> None:
        """Make it ready; raises `ConfigError` where it cannot be used."""
        ...

    def channel(self) -> Channel:
        """A channel to a new worker."""
        ...

    async def close(self) -> None:
        """Give it back."""
        ...
