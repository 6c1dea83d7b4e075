"""Asking again: one role, several attempts, until what it says has no flaw worth another attempt."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Generic

from r2s.agents.scene import Scene
from r2s.errors import AnswerError
from r2s.models.request import Answer, Reply
from r2s.policies.acceptance import Acceptance
from r2s.policies.quality import Flaw
from r2s.usage import Usage


@dataclass(frozen=True)
class Outcome(Generic[Answer]):
    """The best attempt, the flaws it still has, and what all attempts cost."""

    answer: Answer
    flaws: dict[Flaw, str]
    usage: Usage

    @property
    def calls(self) -> int:
        """How many replies these attempts took."""
        return self.usage.replies


async def attempt(
    acceptance: Acceptance,
    scene: Scene,
    speak: Callable[[Scene], Awaitable[Reply[Answer]]],
    flaws_of: Callable[[Answer], dict[Flaw, str]],
) -> Outcome[Answer]:
    """Ask until nothing is worth asking again; of several flawed attempts the one with the fewest flaws stands.

    An attempt that brings nothing readable is one of them; raises an `AnswerError` where all of them are.
    """
    best: tuple[Answer, dict[Flaw, str]] | None = None
    usage, unreadable = Usage(), AnswerError("no attempt was made")
    for number in range(acceptance.attempts):
        try:
            reply = await speak(scene)
        except AnswerError as error:
            usage += error.usage
            unreadable, scene = error, replace(scene, attempt=number + 1)
            continue
        usage += reply.usage
        flaws = flaws_of(reply.answer)
        if best is None or len(flaws) < len(best[1]):
            best = reply.answer, flaws
        complaints = acceptance.complaints(flaws, scene.language)
        if not complaints:
            return Outcome(reply.answer, flaws, usage)
        scene = replace(scene, attempt=number + 1, faults=complaints)
    if best is None:
        raise AnswerError(str(unreadable), usage) from unreadable
    return Outcome(*best, usage)
