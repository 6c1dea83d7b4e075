"""One role, several attempts: which of them stands, and what goes with it."""

from typing import Any

import pytest

from r2s.agents.candidate import DraftAnswer
from r2s.agents.scene import Scene
from r2s.errors import AnswerError
from r2s.graphs.attempts import attempt_reply
from r2s.models.request import Reply
from r2s.policies.acceptance import Acceptance
from r2s.policies.casting import SampledCast
from r2s.seeds import generator
from r2s.usage import Usage
from tests.conftest import lighthouse

# It speaks of the text, and so is refused; the evidence is another's each time.
REFUSED = "According to the passage, it is so."
SPENT = Usage(prompt_tokens=10, completion_tokens=1, replies=1, calls=("key",))


def scene() -> Scene:
    return Scene(lighthouse(), SampledCast().draw("the lighthouse", "en", generator(0)), transcript=(), turn=1, seed=1)


def draft(text: str, *quotes: str) -> DraftAnswer:
    return DraftAnswer.model_validate(
        {"text": text, "citations": [{"passage": "p1", "quote": quote} for quote in quotes]}
    )


async def play(*said: DraftAnswer | AnswerError) -> Any:
    replies = iter(said)

    async def speak(moment: Scene) -> Reply[DraftAnswer]:
        answer = next(replies)
        if isinstance(answer, AnswerError):
            raise answer
        return Reply(answer, SPENT)

    return await attempt_reply(Acceptance(attempts=len(said)), scene(), speak)


async def test_the_attempt_that_stands_brings_its_own_evidence() -> None:
    fine = draft(
        "Alan Marr had it built, long before the lamp.", "built in 1844", "by dwarves, of gold and glass alone"
    )

    outcome = await play(draft(REFUSED, "48 metres high"), fine)

    assert outcome.answer is fine
    assert [span.quote for span in outcome.evidence] == ["built in 1844"]


async def test_of_flawed_attempts_the_one_with_the_fewest_flaws_brings_its_evidence() -> None:
    first, second = draft(REFUSED, "48 metres high"), draft(REFUSED, "by dwarves, of gold and glass alone")

    outcome = await play(first, second)

    assert outcome.flaws
    assert outcome.answer is first
    assert [span.quote for span in outcome.evidence] == ["48 metres high"]


async def test_a_refused_attempt_with_fewer_flaws_does_not_push_out_one_that_may_be_spoken() -> None:
    refused, recited = draft(REFUSED), draft(lighthouse().text, "by dwarves, of gold and glass alone")

    outcome = await play(refused, recited, refused)

    assert outcome.answer is recited
    assert {"copied", "ungrounded"} <= {*outcome.flaws}


async def test_all_attempts_are_paid_for_whichever_stands() -> None:
    outcome = await play(draft(REFUSED), AnswerError("no JSON", SPENT), draft("Marr had it built."))

    assert (outcome.usage.prompt_tokens, outcome.usage.replies) == (30, 3)


async def test_attempts_that_all_bring_nothing_are_paid_for_as_well() -> None:
    with pytest.raises(AnswerError, match="still no JSON") as caught:
        await play(AnswerError("no JSON", SPENT), AnswerError("still no JSON", SPENT + SPENT))

    assert caught.value.usage == SPENT + SPENT + SPENT
