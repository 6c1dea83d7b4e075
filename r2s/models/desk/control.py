"""How a run is held up and taken over: what people have decided, as `control.json` keeps it."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from r2s.models.desk.question import document_of
from r2s.models.names import ANY_PERSON
from r2s.models.request import Request


class Take(BaseModel, frozen=True):
    """A role that a person plays in a model's place: in the dialogues of a document, or in the one that asks next.

    `role` may also be one speaker of several, such as `candidate-2`. `dialogue` is the one that asked first.
    """

    role: str
    document: str | None = None
    dialogue: str | None = None
    by: str = ANY_PERSON

    def means(self, request: Request[Any]) -> bool:
        """Whether a request is one of those that the person answers."""
        return (
            self.role in (request.role, request.speaker)
            and self.document in (None, document_of(request))
            and self.dialogue in (None, request.dialogue)
        )


class Control(BaseModel, frozen=True):
    """`steps` counts the turns that were let through so far while the run is paused."""

    paused: bool = False
    steps: int = 0
    taken: tuple[Take, ...] = ()

    def pausing(self, paused: bool) -> "Control":
        """Held up, or let go."""
        return self.model_copy(update={"paused": paused})

    def stepping(self) -> "Control":
        """One more turn is let through; what runs is paused first."""
        return self.model_copy(update={"paused": True, "steps": self.steps + 1})

    def taking(self, take: Take) -> "Control":
        """A role is a person's; whoever had it in the same place has it no longer."""
        return self.model_copy(update={"taken": (*self._without(take.role, take.document), take)})

    def giving_back(self, role: str, document: str | None = None) -> "Control":
        """A role is its model's again: everywhere, or as far as it was taken for one document."""
        if document is None:
            return self.model_copy(update={"taken": tuple(take for take in self.taken if take.role != role)})
        return self.model_copy(update={"taken": self._without(role, document)})

    def bound(self, take: Take, dialogue: str) -> "Control":
        """A role that was taken wherever it is asked next, and is asked here."""
        bound = take.model_copy(update={"dialogue": dialogue})
        return self.model_copy(update={"taken": tuple(bound if one == take else one for one in self.taken)})

    def _without(self, role: str, document: str | None) -> tuple[Take, ...]:
        return tuple(take for take in self.taken if (take.role, take.document) != (role, document))


def changes(before: Control, now: Control) -> Iterator[tuple[str, dict[str, Any]]]:
    """What was decided in between, as the events of a run keep it."""
    if before.paused != now.paused:
        yield ("paused" if now.paused else "resumed"), {}
    if now.steps > before.steps:
        yield "stepped", {"turns": now.steps - before.steps}
    old, new = ({(take.role, take.document): take for take in one.taken} for one in (before, now))
    for place in [place for place in new if place not in old or new[place].by != old[place].by]:
        yield "taken_over", {"role": place[0], "document": place[1], "by": new[place].by}
    for place in [place for place in old if place not in new]:
        yield "given_back", {"role": place[0], "document": place[1]}
