"""The answers of an examination: the candidate's word, as it is said once and for all."""

from dataclasses import dataclass
from typing import Any

from r2s.agents.respondent import ResponseAnswer
from r2s.agents.scene import Scene
from r2s.errors import AnswerError
from r2s.graphs.attempts import Outcome, attempt_reply
from r2s.graphs.review_team import ReviewTeam
from r2s.graphs.state import DialogueState, scene_of
from r2s.graphs.team import Rules
from r2s.seeds import derive_seed
from r2s.trees.node import Node, Stop
from r2s.trees.tree import node_id


@dataclass(frozen=True)
class Responding:
    """A node of the graph; it returns only what it changes."""

    team: ReviewTeam
    rules: Rules

    async def candidate(self, state: DialogueState) -> dict[str, Any]:
        """Answer the question; without a usable answer the turn has failed."""
        scene, question = scene_of(state), state["nodes"][state["asked"]]
        try:
            outcome = await attempt_reply(
                self.rules.acceptance, scene, lambda moment: self.team.candidate.respond(moment, question.text)
            )
        except AnswerError as error:
            return failed_turn(question.paying(error.usage), f"the candidate gave no answer: {error}")
        if self.rules.acceptance.refuses(outcome.flaws):
            return failed_turn(question.paying(outcome.usage), f"no usable answer: {', '.join(outcome.flaws)}")
        answer = self._answer(scene, question, outcome, order=state["siblings"])
        if self._is_eliminated(state, question, answer):
            pruned = {"status": "pruned", "flaws": (*question.flaws, "unanswerable")}
            question, answer = question.model_copy(update=pruned), answer.model_copy(update={"status": "pruned"})
        return {"nodes": {question.id: question, answer.id: answer}, "siblings": 0}

    def _answer(self, scene: Scene, question: Node, outcome: Outcome[ResponseAnswer], order: int) -> Node:
        """The answer as the reviewers get it; the verdict keeps it."""
        name = self.team.candidate.name
        return Node(
            id=node_id(question.id, name, order),
            parent=question.id,
            order=order,
            turn=question.turn,
            role="assistant",
            agent=name,
            status="rejected",
            text=outcome.answer.text.strip(),
            evidence=outcome.evidence,
            flaws=tuple(outcome.flaws),
            usage=outcome.usage,
            seed=derive_seed(scene.seed, name, question.turn),
        )

    def _is_eliminated(self, state: DialogueState, question: Node, answer: Node) -> bool:
        """Whether the answer shows that an evolved question cannot be answered."""
        before = state["nodes"].get(question.parent or "")
        is_evolved = before is not None and before.chair is not None and before.chair.operation is not None
        return is_evolved and self.rules.evolving.eliminates(answer.text, state["document"].language)


def failed_turn(question: Node, reason: str) -> dict[str, Any]:
    """The end of a dialogue before a question that came to nothing."""
    stop = Stop(rule="failed_turn", turn=question.turn - 1, reason=reason)
    return {"nodes": {question.id: question.model_copy(update={"status": "failed"})}, "stop": stop}


def answer_of(state: DialogueState) -> Node | None:
    """The answer to the question that was asked last, once there is one."""
    return next((node for node in state["nodes"].values() if node.parent == state["asked"]), None)


def is_pruned(state: DialogueState) -> bool:
    """Whether the question that was asked last has been eliminated."""
    return state["nodes"][state["asked"]].status == "pruned"
