"""The baseline as a model: each request goes to the rule that plays its role."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from r2s.errors import AnswerError
from r2s.models.extractive import auditing, chatting, examining, judging, playing, reflecting, reviewing, writing
from r2s.models.extractive.moves import Language
from r2s.models.names import BASELINE
from r2s.models.parsing import first_problem
from r2s.models.request import Answer, Reply, Request
from r2s.usage import Usage

Play = Callable[[Request[Any], Language], Mapping[str, Any]]

ROLES: dict[str, Play] = {
    "caster": playing.cast,
    "planner": playing.plan,
    "user": playing.say,
    "candidate": playing.draft,
    "reviewer": reviewing.review,
    "chairman": reviewing.decide,
    "assistant": playing.rewrite,
    "writer": writing.write,
    "gllm": writing.write_as_gllm,
    "asker": chatting.ask,
    "answerer": chatting.answer,
    "seeder": examining.open_exam,
    "respondent": examining.respond,
    "critic": examining.criticise,
    "questioner": examining.ask_on,
    "instruction_critic": reflecting.reflect_on_instruction,
    "response_critic": reflecting.reflect_on_answer,
    "reader": auditing.read,
    "auditor": auditing.audit,
    "persona_judge": auditing.judge_persona,
    "tagger": auditing.tag,
    "judge": judging.judge,
    "battle": judging.battle,
}


class ExtractiveModel:
    """Answers by rule; costs nothing, so its usage is zero and known to be."""

    name = BASELINE

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        try:
            play = ROLES[request.role]
        except KeyError:
            raise AnswerError(f"the extractive baseline does not play the role {request.role!r}") from None
        try:
            return Reply(request.answer.model_validate(play(request, language(request.language))), Usage())
        except ValidationError as error:
            raise AnswerError(f"the extractive baseline has nothing to say here: {first_problem(error)}") from None


@functools.cache
def language(name: str) -> Language:
    """The rules of a language, loaded when first wanted."""
    if name == "zh":
        from r2s.models.extractive.chinese.language import Chinese

        return Chinese()
    from r2s.models.extractive.english.language import English

    return English()
