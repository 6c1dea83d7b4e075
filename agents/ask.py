"""The one way in which a role asks a model."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from r2s.agents.prompts import SHIPPED, Prompts, prompts_of
from r2s.agents.scene import Scene
from r2s.models.request import Answer, Messages, Model, Reply, Request, Sampling, Template
from r2s.seeds import derive_seed

# The rules that open a role's instructions, where they are not those of a spoken dialogue about a document.
_RULES_OF: dict[str, str] = {
    **dict.fromkeys(("seeder", "respondent", "critic", "questioner"), "exam_rules"),
    **dict.fromkeys(("instruction_critic", "response_critic"), "reflection"),
    **dict.fromkeys(("judge", "battle", "reader", "auditor", "persona_judge", "tagger"), "judge_rules"),
}


async def ask(
    model: Model,
    role: str,
    scene: Scene,
    answer: type[Answer],
    *,
    speaker: str | None = None,
    sees_document: bool = True,
    sees_transcript: bool = True,
    as_chat: bool = False,
    said: str | None = None,
    prompt: Template | None = None,
    sampling: Sampling | None = None,
    learnt: Messages | None = None,
    offered: Mapping[str, Sequence[Any]] | None = None,
    **fields: Any,
) -> Reply[Answer]:
    """Put the role's prompt, filled from `fields`, to the model; the reply is a valid `answer` or an error is raised.

    `said` is what the user has just said, for those who work on the reply to it. `speaker` tells apart those who share
    a role (`reviewer-2`), `prompt` is for a role that has several, `learnt` for a model that was trained on prompts of
    its own, and `offered` for a person who fills in a form. The seed follows from who speaks, when, and at which
    attempt, so that a repeated run asks the same again and a second attempt does not.
    """
    speaker = speaker or role
    request = Request(
        dialogue=scene.dialogue,
        role=role,
        speaker=speaker,
        language=scene.language,
        template=prompt or template(role, scene.language, again=bool(scene.faults), prompts=prompts_of(model)),
        document=scene.document if sees_document and scene.document.text else None,
        transcript=scene.transcript,
        said=said,
        fields={**fields, "faults": scene.faults},
        answer=answer,
        seed=derive_seed(scene.seed, speaker, scene.turn, scene.attempt),
        sampling=sampling or Sampling(),
        sees_transcript=sees_transcript,
        as_chat=as_chat,
        learnt=learnt,
        offered=offered or {},
        turn=scene.turn,
    )
    return await model.answer(request)


@functools.cache
def template(role: str, language: str, again: bool = False, prompts: Prompts = SHIPPED) -> Template:
    """The prompt of a role in a language, where it is asked `again` with what was wrong.

    In a role's file, lines of dashes set apart what never changes, what stands for a dialogue (some roles are told
    nothing for so long), and the moment.
    """
    handbook, *standing, moment = prompts.text(role, language).split("\n---\n")
    instructions = f"{prompts.text(_RULES_OF.get(role, 'rules'), language)}\n\n{handbook}"
    faults = f"\n{prompts.text('again', language)}" if again else ""
    return Template(instructions, "\n".join(standing), moment + faults)
