"""Asking again: one role, several attempts, until what it says has no flaw worth another attempt."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from r2s.agents.candidate import DraftAnswer, verified
from r2s.agents.respondent import ResponseAnswer
from r2s.agents.scene import Scene
from r2s.errors import AnswerError
from r2s.models.request import Answer, Reply
from r2s.policies.acceptance import Acceptance
from r2s.policies.quality import Flaw
from r2s.trees.node import Evidence
from r2s.usage import Usage

Draft = TypeVar("Draft", bound=DraftAnswer | ResponseAnswer)
Flaws = dict[Flaw, str]


@dataclass(frozen=True)
class Outcome(Generic[Answer]):
    """The best attempt, the flaws it still has, what all attempts cost, and the evidence of a reply that cites."""

    answer: Answer
    flaws: Flaws
    usage: Usage
    evidence: tuple[Evidence, ...] = ()


async def attempt(
    acceptance: Acceptance,
    scene: Scene,
    speak: Callable[[Scene], Awaitable[Reply[Answer]]],
    flaws_of: Callable[[Answer], Flaws],
) -> Outcome[Answer]:
    """Ask until nothing is worth asking again; of several flawed attempts the one with the fewest flaws stands.

    One that must not enter a dialogue stands only where all of them must not.
    An attempt that brings nothing readable is one of them; raises an `AnswerError` where all of them are.
    """
    return await _attempt(acceptance, scene, speak, lambda answer: (flaws_of(answer), ()))


async def attempt_reply(
    acceptance: Acceptance,
    scene: Scene,
    speak: Callable[[Scene], Awaitable[Reply[Draft]]],
    longest: int | None = None,
) -> Outcome[Draft]:
    """The same for a reply to the user, of at most so many words, or characters in Chinese.

    Its citations are verified once, for its flaws and for its evidence.
    """

    def examine(answer: Draft) -> tuple[Flaws, tuple[Evidence, ...]]:
        document, cited = scene.document, answer.citations
        evidence = verified(document, cited)
        flaws = acceptance.of_reply(answer.text, document, scene.transcript, len(cited), evidence, longest)
        return flaws, evidence

    return await _attempt(acceptance, scene, speak, examine)


async def _attempt(
    acceptance: Acceptance,
    scene: Scene,
    speak: Callable[[Scene], Awaitable[Reply[Answer]]],
    examine: Callable[[Answer], tuple[Flaws, tuple[Evidence, ...]]],
) -> Outcome[Answer]:
    best: Outcome[Answer] | None = None
    usage, unreadable = Usage(), AnswerError("no attempt was made")
    for number in range(acceptance.attempts):
        try:
            reply = await speak(scene)
        except AnswerError as error:
            usage += error.usage
            unreadable, scene = error, replace(scene, attempt=number + 1)
            continue
        usage += reply.usage
        flaws, evidence = examine(reply.answer)
        latest = Outcome(reply.answer, flaws, usage, evidence)
        complaints = acceptance.complaints(flaws, scene.language)
        if not complaints:
            return latest
        if best is None or _badness(acceptance, latest) < _badness(acceptance, best):
            best = latest
        scene = replace(scene, attempt=number + 1, faults=complaints)
    if best is None:
        raise AnswerError(str(unreadable), usage) from unreadable
    return replace(best, usage=usage)


def _badness(acceptance: Acceptance, outcome: Outcome[Any]) -> tuple[bool, int]:
    return acceptance.refuses(outcome.flaws), len(outcome.flaws)
