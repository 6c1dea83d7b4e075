"""What a judge is asked about a finished dialogue beside its scores: four roles, each with the figures it gives."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from pydantic import BaseModel

from r2s.agents.auditor import AuditAnswer, Auditor, Change
from r2s.agents.persona_judge import PersonaAnswer, PersonaJudge
from r2s.agents.reader import Reader, ReaderAnswer
from r2s.agents.scene import Scene
from r2s.agents.tagger import TagAnswer, Tagger
from r2s.evaluation.dialogues import scene_of
from r2s.evaluation.properties import Figures, share_of
from r2s.models.request import Model, Reply
from r2s.samples.dialogue import Dialogue
from r2s.trees.node import NOBODY


@dataclass(frozen=True)
class Question:
    """One role's question about a dialogue; `answer` is the type of its reply and `figures` what that comes to.

    `blank` is an answer that says nothing: it gives the figures' names.
    """

    role: str
    put: Callable[[Model, Scene], Awaitable[Reply[Any]]]
    answer: type[BaseModel]
    figures: Callable[[Any], Figures]
    blank: BaseModel
    applies: Callable[[Dialogue], bool] = lambda dialogue: True

    async def about(self, model: Model, dialogue: Dialogue) -> Reply[Any]:
        """The role's answer about a dialogue, whose cast it is shown where it asks for one."""
        return await self.put(model, replace(scene_of(dialogue), cast=dialogue.tree.cast))

    def figures_of(self, said: Mapping[str, Any] | None) -> Figures:
        """The figures of an answer as a file has it; all of them null where there is none."""
        if said is None:
            return dict.fromkeys(self.figures(self.blank))
        return self.figures(self.answer.model_validate(said))


def _read(answer: ReaderAnswer) -> Figures:
    turns = answer.turns
    return {
        "stands_alone": answer.stands_alone,
        "unresolved": sum(len(turn.unresolved) for turn in turns),
        "explains": share_of(turn.explains for turn in turns),
        "answered_first": share_of(turn.answered_first for turn in turns if turn.answered_first is not None),
        "asks_well": share_of(turn.question_earned for turn in turns if turn.question_earned is not None),
        "adds": share_of(turn.adds for turn in turns),
        "natural_end": float(answer.natural_end),
    }


def _audited(answer: AuditAnswer) -> Figures:
    decided = [addition for addition in answer.additions if addition.verdict != "unsure"]
    return {
        "additions": len(answer.additions),
        "additions_unsure": len(answer.additions) - len(decided),
        "additions_true": share_of(addition.verdict == "true" for addition in decided),
        **_changed(answer.changes),
        "mistaken_beliefs": None if answer.mistakes is None else len(answer.mistakes),
        "straw_men": None if answer.mistakes is None else sum(mistake.straw_man for mistake in answer.mistakes),
        "judged_knows_early": len(set(answer.knows_early)),
    }


def _changed(changes: Sequence[Change] | None) -> Figures:
    kinds = {f"changed_{of}": of for of in ("agent", "modality", "scope")}
    if changes is None:
        return dict.fromkeys(("claims_changed", *kinds))
    return {
        "claims_changed": len(changes),
        **{name: sum(change.of == of for change in changes) for name, of in kinds.items()},
    }


def _persona(answer: PersonaAnswer) -> Figures:
    turns = answer.turns
    contradictions = [turn.contradiction for turn in turns if turn.contradiction is not None]
    return {
        "judged_goal_named": float(answer.goal_named),
        "judged_goal_pursued": share_of(turn.pursues_goal for turn in turns),
        "judged_knows_too_much": sum(not turn.knowledge_kept for turn in turns),
        "judged_contradictions": sum(bool(said.strip()) for said in contradictions) if contradictions else None,
        "judged_slips": sum(turn.slips for turn in turns),
    }


HARDNESS = ("easy", "medium", "hard")


def _tagged(answer: TagAnswer) -> Figures:
    hardness = [HARDNESS.index(turn.difficulty) for turn in answer.turns if turn.difficulty]
    return {
        "difficulty": round(fmean(hardness) / 2, 4) if hardness else None,
        "tags": len({tag for turn in answer.turns for tag in turn.tags}),
    }


_ALL = (
    Question(
        "reader",
        lambda model, scene: Reader(model).read(scene),
        ReaderAnswer,
        _read,
        ReaderAnswer(turns=[], natural_end=True, stands_alone=1),
    ),
    Question(
        "auditor",
        lambda model, scene: Auditor(model).audit(scene),
        AuditAnswer,
        _audited,
        AuditAnswer(additions=[], changes=[], mistakes=[], knows_early=[]),
        lambda dialogue: bool(dialogue.tree.document.text),
    ),
    Question(
        "persona_judge",
        lambda model, scene: PersonaJudge(model).judge(scene),
        PersonaAnswer,
        _persona,
        PersonaAnswer(turns=[], goal_named=True),
        lambda dialogue: dialogue.tree.cast != NOBODY,
    ),
    Question("tagger", lambda model, scene: Tagger(model).tag(scene), TagAnswer, _tagged, TagAnswer(turns=[])),
)
QUESTIONS = {question.role: question for question in _ALL}
