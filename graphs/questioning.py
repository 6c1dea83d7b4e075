"""The questions of an examination: the seed, and what the chairman asks after each answer."""

from dataclasses import dataclass, replace
from typing import Any

from r2s.agents.questioner import QuestionAnswer
from r2s.agents.scene import Scene
from r2s.agents.seeder import SeedAnswer
from r2s.errors import AnswerError
from r2s.graphs.attempts import Outcome, attempt
from r2s.graphs.responding import answer_of
from r2s.graphs.review_team import ReviewTeam
from r2s.graphs.state import DialogueState, ended_by, scene_of
from r2s.graphs.team import Rules
from r2s.models.request import Reply
from r2s.policies.evolving import Operation
from r2s.policies.quality import Flaw, names_the_panel
from r2s.seeds import derive_seed, generator
from r2s.trees.node import Chair, Node, Stop
from r2s.trees.tree import node_id
from r2s.usage import Usage


@dataclass(frozen=True)
class Questioning:
    """Nodes of the graph; each returns only what it changes."""

    team: ReviewTeam
    rules: Rules

    async def seed(self, state: DialogueState) -> dict[str, Any]:
        """Begin with what the document brings as the user's first message, else let the seeder ask about its text.

        A dialogue that goes on has been begun: reviewers hear its last answer as the last one, not as said before.
        """
        if (answer := answer_of(state)) is not None:
            return {} if answer.chair else {"leaf": state["nodes"][state["asked"]].parent}
        scene = scene_of({**state, "turn": 1})
        given = next((message.text for message in scene.document.messages if message.role == "user"), None)
        if given is not None:
            return _asked(_question(scene, None, "seed", given.strip()))
        try:
            outcome = await attempt(
                self.rules.acceptance, scene, self.team.seeder.open, lambda answer: self._flaws(scene, answer)
            )
        except AnswerError as error:
            return ended_by(state, error, 0, "the seeder asked nothing")
        return self._checked(_question(scene, None, "seeder", outcome.answer.question.strip()), outcome)

    async def chairman(self, state: DialogueState) -> dict[str, Any]:
        """Ask on: a question that was eliminated goes back unevolved, with the direction that it had."""
        scene, answered, asked = self._moment(state)
        chair = answered.chair
        assert chair is not None, "the chairman asks on after a verdict"
        drawn = None
        if not asked:
            drawn = self.rules.evolving.operation(chair.mode, generator(scene.seed, "operation", scene.turn))
        try:
            operation, outcome = await self._ask(scene, answered, chair, drawn)
        except AnswerError as error:
            return ended_by(state, error, answered.turn, "the chairman asked nothing")
        order, text = asked[-1].order + 1 if asked else state["siblings"], outcome.answer.question.strip()
        question = _question(scene, answered.id, self.team.chairman.name, text, order=order)
        told = chair.model_copy(update={"reason": outcome.answer.reason, "operation": operation})
        change = self._checked(question, outcome)
        return {**change, "nodes": {answered.id: answered.model_copy(update={"chair": told}), **change["nodes"]}}

    def _moment(self, state: DialogueState) -> tuple[Scene, Node, list[Node]]:
        """The next turn's scene, the answer that it follows on, and the questions to it that were eliminated."""
        assert state["leaf"] is not None, "the chairman asks on after an answer"
        answered = state["nodes"][state["leaf"]]
        asked = [node for node in state["nodes"].values() if node.parent == answered.id]
        scene = scene_of({**state, "turn": answered.turn + 1})
        return replace(scene, attempt=len(asked) * self.rules.acceptance.attempts), answered, asked

    async def _ask(
        self, scene: Scene, answered: Node, chair: Chair, drawn: Operation | None
    ) -> tuple[Operation | None, Outcome[QuestionAnswer]]:
        """A question, and the operation that made it: only a first attempt is made by one."""
        heard = [review for review in answered.reviews if not review.error]
        evolved: list[QuestionAnswer] = []

        async def speak(moment: Scene) -> Reply[QuestionAnswer]:
            operation = drawn if moment.attempt == 0 else None
            reply = await self.team.chairman.ask(moment, heard, chair.mode, operation)
            evolved.extend([reply.answer] if operation else [])
            return reply

        def is_evolved(answer: QuestionAnswer) -> bool:
            return any(answer is one for one in evolved)

        def flaws_of(answer: QuestionAnswer) -> dict[Flaw, str]:
            flaws = self._flaws(scene, answer)
            if is_evolved(answer):
                flaws |= self.rules.evolving.flaws_of(answer.question, scene.transcript[-2].text, scene.language)
            return flaws

        outcome = await attempt(self.rules.acceptance, scene, speak, flaws_of)
        return drawn if is_evolved(outcome.answer) else None, outcome

    def _flaws(self, scene: Scene, answer: SeedAnswer | QuestionAnswer) -> dict[Flaw, str]:
        flaws = self.rules.acceptance.of_user(answer.question, scene.document, scene.transcript, known="")
        if names_the_panel(answer.question, scene.language):
            flaws["names-the-panel"] = ""
        return flaws

    def _checked(self, question: Node, outcome: Outcome[Any]) -> dict[str, Any]:
        """The question if it may be asked, else a failed one and the end."""
        refused = self.rules.acceptance.refuses(outcome.flaws)
        question = question.model_copy(
            update={
                "status": "failed" if refused else "kept",
                "flaws": tuple(outcome.flaws),
                "usage": question.usage + outcome.usage,
            }
        )
        if not refused:
            return _asked(question)
        reason = f"no question that could be asked: {', '.join(outcome.flaws)}"
        return {**_asked(question), "stop": Stop(rule="failed_turn", turn=question.turn - 1, reason=reason)}


def _asked(question: Node) -> dict[str, Any]:
    return {"nodes": {question.id: question}, "asked": question.id, "turn": question.turn, "siblings": 0}


def _question(scene: Scene, parent: str | None, agent: str, text: str, order: int = 0) -> Node:
    return Node(
        id=node_id(parent or scene.dialogue, agent, order),
        parent=parent,
        order=order,
        turn=scene.turn,
        role="user",
        agent=agent,
        text=text,
        usage=Usage(),
        seed=derive_seed(scene.seed, agent, scene.turn),
    )
