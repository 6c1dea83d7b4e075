"""Who plays what next: dialogues go to the worker with most room, and what may have killed workers plays alone."""

from collections import deque
from collections.abc import Iterable

from r2s.errors import R2SError
from r2s.runs.events import DocumentFailed
from r2s.runs.workers.member import Member, Part

# A worker that dies says nothing about which of its dialogues it died of, if it died of any. One that has seen as many
# workers die as this, without a single call of it coming to its end in between, plays alone from then on ...
SUSPECT = 2
# ... and has failed once so many have died, the last of them with nothing else to play.
GUILTY = 3


class Rota:
    """Dialogues that wait for a worker, in the order of the documents as far as workers live."""

    def __init__(self) -> None:
        self.members: list[Member] = []
        self._waiting: deque[Part] = deque()
        self._suspects: deque[Part] = deque()
        self._lonely: Member | None = None

    def add(self, part: Part) -> None:
        """Have a dialogue played."""
        self._waiting.append(part)
        self.hand_out()

    def hand_out(self) -> None:
        """Give workers what they have room for."""
        self._isolate()
        while self._waiting and (member := self._freest()):
            member.play(self._waiting.popleft())

    def join(self, member: Member) -> None:
        """A worker is there."""
        self.members.append(member)

    def leave(self, member: Member, reason: str) -> None:
        """A worker is gone; what it played is played again, unless it died of that."""
        self.members.remove(member)
        if member is self._lonely:
            self._lonely = None
        is_alone = len(member.parts) == 1
        for part in reversed(member.parts.values()):
            part.deaths = 0 if part.has_gone_on else part.deaths + 1
            if is_alone and part.deaths >= GUILTY:
                part.end(_failed(part, reason))
            elif part.deaths >= SUSPECT:
                self._suspects.appendleft(part)
            else:
                self._waiting.appendleft(part)
        member.parts.clear()

    def dismiss(self, error: R2SError) -> None:
        """Nothing is handed out any more: what waits ends with an error."""
        for part in (*self._suspects, *self._waiting):
            part.end(error)
        self._suspects.clear()
        self._waiting.clear()

    def _isolate(self) -> None:
        """Keep one worker free of all else while there are suspects."""
        if self._lonely is None and self._suspects:
            self._lonely = _least_busy(member for member in self.members if member.is_ready)
        if self._lonely is None or self._lonely.parts:
            return
        if self._suspects:
            self._lonely.play(self._suspects.popleft())
        else:
            self._lonely = None

    def _freest(self) -> Member | None:
        return _least_busy(member for member in self.members if member.has_room and member is not self._lonely)


def _least_busy(members: Iterable[Member]) -> Member | None:
    return min(members, key=lambda member: len(member.parts) / member.room, default=None)


def _failed(part: Part, reason: str) -> DocumentFailed:
    message = f"{part.deaths} workers in a row died while they played it, the last one nothing else: {reason}"
    return DocumentFailed(part.document, part.replicate, "worker", message)
