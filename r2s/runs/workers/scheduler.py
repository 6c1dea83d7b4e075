"""Who plays what next: dialogues go to the worker with most room, and what may have killed workers plays alone."""

from collections import deque
from collections.abc import Iterable

from r2s.errors import R2SError
from r2s.runs.events import DocumentFailed
from r2s.runs.workers.handle import Assignment, WorkerHandle

# A worker that dies says nothing about which of its dialogues it died of, if it died of any. One that has seen as many
# workers die as this, without a single call of it coming to its end in between, plays alone from then on ...
DEATHS_UNTIL_ISOLATED = 2
# ... and has failed once so many have died, the last of them with nothing else to play.
DEATHS_UNTIL_FAILED = 3


class Scheduler:
    """Dialogues that wait for a worker, in the order of the documents as far as workers live."""

    def __init__(self) -> None:
        self.workers: list[WorkerHandle] = []
        self._waiting: deque[Assignment] = deque()
        self._suspects: deque[Assignment] = deque()
        self._isolating: WorkerHandle | None = None

    def add(self, assignment: Assignment) -> None:
        """Have a dialogue played."""
        self._waiting.append(assignment)
        self.hand_out()

    def hand_out(self) -> None:
        """Give workers what they have room for."""
        self._isolate()
        while self._waiting and (worker := self._freest()):
            worker.play(self._waiting.popleft())

    def join(self, worker: WorkerHandle) -> None:
        """A worker is there."""
        self.workers.append(worker)

    def leave(self, worker: WorkerHandle, reason: str) -> None:
        """A worker is gone; what it played is played again, unless it died of that."""
        self.workers.remove(worker)
        if worker is self._isolating:
            self._isolating = None
        is_alone = len(worker.assignments) == 1
        for assignment in reversed(worker.assignments.values()):
            assignment.deaths = 0 if assignment.has_gone_on else assignment.deaths + 1
            if is_alone and assignment.deaths >= DEATHS_UNTIL_FAILED:
                assignment.end(_failed(assignment, reason))
            elif assignment.deaths >= DEATHS_UNTIL_ISOLATED:
                self._suspects.appendleft(assignment)
            else:
                self._waiting.appendleft(assignment)
        worker.assignments.clear()

    def dismiss(self, error: R2SError) -> None:
        """Nothing is handed out any more: what waits ends with an error."""
        for assignment in (*self._suspects, *self._waiting):
            assignment.end(error)
        self._suspects.clear()
        self._waiting.clear()

    def _isolate(self) -> None:
        """Keep one worker free of all else while there are suspects."""
        if self._isolating is None and self._suspects:
            self._isolating = _least_busy(worker for worker in self.workers if worker.is_ready)
        if self._isolating is None or self._isolating.assignments:
            return
        if self._suspects:
            self._isolating.play(self._suspects.popleft())
        else:
            self._isolating = None

    def _freest(self) -> WorkerHandle | None:
        return _least_busy(worker for worker in self.workers if worker.has_room and worker is not self._isolating)


def _least_busy(workers: Iterable[WorkerHandle]) -> WorkerHandle | None:
    return min(workers, key=lambda worker: len(worker.assignments) / worker.room, default=None)


def _failed(assignment: Assignment, reason: str) -> DocumentFailed:
    message = f"{assignment.deaths} workers in a row died while they played it, the last one nothing else: {reason}"
    return DocumentFailed(assignment.document, assignment.replicate, "worker", message)
