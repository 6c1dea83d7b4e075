"""Branching policies: which drafts of a turn are carried on as dialogues of their own, and how far a tree may grow."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from random import Random
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from r2s.policies.plugged import plugged


@dataclass(frozen=True, slots=True)
class Room:
    """So many messages and calls; None is without bound."""

    nodes: int | None = None
    calls: int | None = None

    def more(self, nodes: int, calls: int) -> "Room":
        """With these added, or taken away where they are negative; never below nothing."""
        return Room(_more(self.nodes, nodes), _more(self.calls, calls))

    def share(self, count: int) -> "Room":
        """One of `count` equal parts."""
        return Room(_part(self.nodes, count), _part(self.calls, count))

    def holds(self, nodes: int, calls: int) -> bool:
        """Whether so many messages and calls fit into it."""
        return (self.nodes is None or nodes <= self.nodes) and (self.calls is None or calls <= self.calls)


def _more(room: int | None, added: int) -> int | None:
    return None if room is None else max(0, room + added)


def _part(room: int | None, count: int) -> int | None:
    return None if room is None else room // count


class _Branching(BaseModel, frozen=True):
    """What branching policies share: the most replies of a turn that go on, `count`, and how large a tree may become.

    That is in messages, drafts among them, and in calls.

    A dialogue that has begun is always played to its end: a branch is begun only where it and all others fit even if
    every turn takes as much as a turn can. Replies that cannot be read count once they have come, and so may pass
    `calls` in the dialogues that have begun.
    """

    count: int = Field(default=2, ge=1)
    nodes: int | None = Field(default=200, ge=1)
    calls: int | None = Field(default=None, ge=1)

    @property
    def room(self) -> Room:
        """The size that a tree may reach."""
        return Room(self.nodes, self.calls)

    def most_turns(self, turns: int, nodes: int, calls: int) -> int:
        """The most turns played in a tree of dialogues of so many `turns`, each of which takes so many nodes and calls.

        A turn that is shared by several dialogues counts once.
        """
        rooms = [room // used for room, used in ((self.nodes, nodes), (self.calls, calls)) if room is not None]
        return max(turns, min([sum(self.count**turn for turn in range(turns)), *rooms]))

    @abstractmethod
    def carried(self, kept: str, scores: Mapping[str, float], random: Random) -> list[str]:
        """The drafts to carry on, by id, the chairman's choice `kept` first.

        `scores` are the panel's, higher is better. Without a panel, drafts score 0, -1, -2 ... in the order of their
        fewest flaws and most evidence.
        """


class KeepBest(BaseModel, frozen=True):
    """One dialogue a tree: only the draft that the chairman chose is carried on."""

    kind: Literal["best"] = "best"

    @property
    def room(self) -> Room:
        """A tree that does not branch needs no bound."""
        return Room()

    def most_turns(self, turns: int, nodes: int, calls: int) -> int:
        return turns

    def carried(self, kept: str, scores: Mapping[str, float], random: Random) -> list[str]:
        return [kept]


class KeepTop(_Branching, frozen=True):
    """The `count` drafts with the highest scores."""

    kind: Literal["top"] = "top"

    def carried(self, kept: str, scores: Mapping[str, float], random: Random) -> list[str]:
        return [kept, *_others(kept, scores)][: self.count]


class KeepAbove(_Branching, frozen=True):
    """Every draft with a score of at least `threshold`, at most `count` of them; the chairman's choice in any case.

    The scale is that of the consensus policy: mean and median give 1 to 5, ranks give about -1 for a first place.
    """

    kind: Literal["above"] = "above"
    threshold: float

    def carried(self, kept: str, scores: Mapping[str, float], random: Random) -> list[str]:
        good = [id for id in _others(kept, scores) if scores[id] >= self.threshold]
        return [kept, *good][: self.count]


class Sample(_Branching, frozen=True):
    """The chairman's choice, and others drawn up to `count` in all, the better the likelier.

    The chances of two drafts are as exp(score / temperature): a low temperature goes by the scores, a high one by luck.
    """

    kind: Literal["sample"] = "sample"
    temperature: float = Field(default=1.0, gt=0)

    def carried(self, kept: str, scores: Mapping[str, float], random: Random) -> list[str]:
        drawn, left = [kept], _others(kept, scores)
        while left and len(drawn) < self.count:
            best = max(scores[id] for id in left)
            chances = [exp((scores[id] - best) / self.temperature) for id in left]
            drawn += random.choices(left, chances)
            left.remove(drawn[-1])
        return drawn


def _others(kept: str, scores: Mapping[str, float]) -> list[str]:
    """All drafts but the chosen one, the best first; of equal ones the earlier first."""
    return sorted((id for id in scores if id != kept), key=lambda id: -scores[id])


BranchingPolicy = Annotated[KeepBest | KeepTop | KeepAbove | Sample, Field(discriminator="kind"), *plugged("branching")]
