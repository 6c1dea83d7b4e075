"""GLLM: a model that was trained to turn a document into its whole dialogue. What it is asked is what it has learnt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, get_args

from pydantic import TypeAdapter, ValidationError, ValidationInfo, field_validator

from r2s.agents.ask import ask
from r2s.agents.candidate import Citation
from r2s.agents.scene import Scene
from r2s.agents.whole_dialogue import Characters, PlayedDialogue, PlayedTurn, WholeDialogue
from r2s.models.request import LearntAnswer, Model, Reply, Sampling, Template
from r2s.trees.gllm import (
    BriefSaid,
    BriefTurn,
    FullSaid,
    FullTurn,
    GllmDialogue,
    Layout,
    Turn,
    copied_in,
    plan_of,
    task,
    whole_request,
)


class GllmReply(LearntAnswer, GllmDialogue[Turn], Generic[Turn], frozen=True):
    """A dialogue as far as it holds to the form that was learnt; there is at least one turn."""

    @field_validator("turns", mode="before")
    @classmethod
    def _leading(cls, turns: Any, info: ValidationInfo) -> Any:
        """The turns before the first that is broken; so is the last one of a reply that was cut off."""
        if not isinstance(turns, list):
            return turns
        is_cut = bool(info.context and info.context.get("is_cut"))
        form = TypeAdapter(get_args(cls.model_fields["turns"].annotation)[0])
        return _leading(turns[: len(turns) - is_cut], form)

    @field_validator("turns")
    @classmethod
    def _some(cls, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
        if not turns:
            raise ValueError("there is no whole turn")
        return turns

    def played(self) -> PlayedDialogue:
        """What is to be put into a tree."""
        count = len(self.turns)
        turns = [
            PlayedTurn(
                user=turn.A,
                assistant=turn.B,
                plan=plan_of(turn, number, count),
                citations=[Citation(**copied._asdict()) for copied in copied_in(turn)],
            )
            for number, turn in enumerate(self.turns, 1)
        ]
        return PlayedDialogue(characters=Characters.model_validate(self.characters.model_dump()), turns=turns)


def _leading(turns: Sequence[Any], form: TypeAdapter[Any]) -> list[Any]:
    whole: list[Any] = []
    for turn in turns:
        try:
            whole.append(form.validate_python(turn))
        except ValidationError:
            break
    return whole


class FullReply(GllmReply[FullTurn], frozen=True):
    """With thoughts, in the full layout."""


class FullSaidReply(GllmReply[FullSaid], frozen=True):
    """What was said, in the full layout."""


class BriefReply(GllmReply[BriefTurn], frozen=True):
    """With thoughts, in the brief layout."""


class BriefSaidReply(GllmReply[BriefSaid], frozen=True):
    """What was said, in the brief layout."""


AnyReply = FullReply | FullSaidReply | BriefReply | BriefSaidReply
FORMS: dict[tuple[Layout, bool], type[AnyReply]] = {
    ("full", True): FullReply,
    ("full", False): FullSaidReply,
    ("brief", True): BriefReply,
    ("brief", False): BriefSaidReply,
}


def gllm_prompt(language: str, layout: Layout) -> Template:
    """The task as it was learnt; there is nothing to fill."""
    return Template(task(language, layout=layout), "", "")


@dataclass(frozen=True)
class Gllm:
    """Writes as it was trained to: in this `layout`, with `thoughts` or without."""

    role: ClassVar[str] = "gllm"

    model: Model
    layout: Layout
    thoughts: bool
    sampling: Sampling
    style: str = "gllm"

    async def write(self, scene: Scene, min_turns: int, max_turns: int) -> Reply[WholeDialogue]:
        """A dialogue about the document; asked again, it is asked the same, and drawn by another seed."""
        prompt = gllm_prompt(scene.language, self.layout)
        asked = whole_request(scene.document, self.layout, min_turns)
        reply = await ask(
            self.model,
            self.role,
            scene,
            FORMS[self.layout, self.thoughts],
            prompt=prompt,
            sampling=self.sampling.at(scene.attempt),
            learnt=[{"role": "system", "content": prompt.instructions}, {"role": "user", "content": asked}],
            layout=self.layout,
            thoughts=self.thoughts,
            min_turns=min_turns,
            max_turns=max_turns,
        )
        return Reply(reply.answer.played(), reply.usage)
