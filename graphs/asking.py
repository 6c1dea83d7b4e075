"""The first half of a turn: the planner plans, the user speaks, Search-Find looks up what was said."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from r2s.agents.planner import PlanAnswer
from r2s.agents.scene import Scene
from r2s.agents.user import UserAnswer
from r2s.documents.document import Passage
from r2s.errors import AnswerError
from r2s.graphs.attempts import Outcome, attempt
from r2s.graphs.state import DialogueState, ended_by, path_to, scene_of
from r2s.graphs.team import Rules, Team
from r2s.models.request import Reply
from r2s.policies.acceptance import Acceptance
from r2s.policies.quality import Flaw
from r2s.seeds import derive_seed, generator
from r2s.trees.coverage import uncovered_passages
from r2s.trees.node import LogicType, Node, Plan, Progress, Stop
from r2s.trees.tree import node_id

# What the user is told to want where no attempt at a purpose kept the answer to itself.
PLAIN_PURPOSE = {"en": "go on from what was just said", "zh": "接着刚才说的往下谈"}
PLAIN_OPENING = {
    "en": "say why you ask, and begin with what puzzles you most",
    "zh": "说说为什么问，从最想不通的地方问起",
}
# Types whose turn ends with a question of the assistant's: no dialogue should end so.
ASKING_BACK = ("question-question", "statement-inquiry")


@dataclass(frozen=True)
class Asking:
    """Nodes of the graph; each returns only what it changes."""

    team: Team
    rules: Rules

    async def planner(self, state: DialogueState) -> dict[str, Any]:
        """Plan the next turn, its purpose free of what the user cannot know yet; an empty purpose ends the dialogue."""
        scene = scene_of({**state, "turn": state["turn"] + 1})
        path = path_to(state["nodes"], state["leaf"])
        uncovered = uncovered_passages(state["document"].passages, path)
        types: Sequence[LogicType] = self.rules.logic.choose(
            [node.plan.type for node in path if node.plan], generator(scene.seed, "logic", scene.turn)
        )
        progress = self._progress(scene.turn, len(uncovered))
        if progress == "ends":
            types = [kind for kind in types if kind not in ASKING_BACK] or types
        try:
            outcome = await self._plan(state, scene, types, progress, uncovered)
        except AnswerError as error:
            return ended_by(state, error, state["turn"], "no plan")
        change: dict[str, Any] = {"overhead": state["overhead"] + outcome.usage}
        if not outcome.answer.purpose.strip():
            reason = "the planner finds nothing left that is worth a turn"
            return {**change, "stop": Stop(rule="no_new_matter", turn=state["turn"], reason=reason)}
        return {**change, "turn": scene.turn, "plan": _checked_plan(outcome, scene, progress, uncovered)}

    async def _plan(
        self,
        state: DialogueState,
        scene: Scene,
        types: Sequence[LogicType],
        progress: Progress,
        uncovered: Sequence[Passage],
    ) -> Outcome[PlanAnswer]:
        known = scene.cast.user.known
        return await attempt(
            self.rules.acceptance,
            scene,
            lambda moment: self.team.planner.plan(
                moment,
                types=types,
                progress=progress,
                uncovered=uncovered,
                mode=state["mode"],
                advice=state["advice"],
            ),
            lambda answer: self.rules.acceptance.of_purpose(answer.purpose, scene.document, scene.transcript, known),
        )

    async def user(self, state: DialogueState) -> dict[str, Any]:
        """Let the user speak as planned."""
        plan = state["plan"]
        return await user_turn(state, self.rules.acceptance, "user", lambda at: self.team.user.speak(at, plan), plan)

    async def search_find(self, state: DialogueState) -> dict[str, Any]:
        """Search the document for what was said and for the plan's key phrases."""
        asked = state["nodes"][state["asked"]]
        found = tuple(self.team.search_find.find(state["document"], asked.text, state["plan"]))
        asked = asked.model_copy(update={"found": tuple(passage.id for passage in found)})
        return {"nodes": {asked.id: asked}, "found": found}

    def _progress(self, turn: int, uncovered: int) -> Progress:
        if turn == 1:
            return "starts"
        return "ends" if turn >= self.rules.max_turns or uncovered <= 1 else "continues"


async def user_turn(
    state: DialogueState,
    acceptance: Acceptance,
    agent: str,
    speak: Callable[[Scene], Awaitable[Reply[UserAnswer]]],
    plan: Plan | None = None,
) -> dict[str, Any]:
    """What the user says, asked for again where it could not come from them; a `stop` where nothing can be used."""
    scene = scene_of(state)
    known = scene.cast.user.known

    def flaws_of(answer: UserAnswer) -> dict[Flaw, str]:
        return acceptance.of_user(answer.text, scene.document, scene.transcript, known)

    try:
        outcome = await attempt(acceptance, scene, speak, flaws_of)
    except AnswerError as error:
        return ended_by(state, error, scene.turn - 1, "the user said nothing")
    refused = acceptance.refuses(outcome.flaws)
    said = Node(
        id=node_id(state["leaf"] or scene.dialogue, agent, state["siblings"]),
        parent=state["leaf"],
        order=state["siblings"],
        turn=scene.turn,
        role="user",
        agent=agent,
        status="failed" if refused else "kept",
        text=outcome.answer.text.strip(),
        plan=plan,
        flaws=tuple(outcome.flaws),
        closes=outcome.answer.closes,
        usage=outcome.usage,
        seed=derive_seed(scene.seed, agent, scene.turn),
    )
    change = {"nodes": {said.id: said}, "asked": said.id, "closed": said.closes, "siblings": 0}
    if refused:
        reason = f"nothing sayable from the user: {', '.join(outcome.flaws)}"
        return {**change, "stop": Stop(rule="failed_turn", turn=scene.turn - 1, reason=reason)}
    return change


def _checked_plan(outcome: Outcome[PlanAnswer], scene: Scene, progress: Progress, uncovered: Sequence[Passage]) -> Plan:
    """The plan with a purpose that gives nothing away and targets that are still open."""
    answer, open_ids = outcome.answer, {passage.id for passage in uncovered}
    plain = PLAIN_PURPOSE if scene.transcript else PLAIN_OPENING
    return Plan(
        type=answer.type,
        progress=progress,
        process=answer.process.strip(),
        purpose=plain[scene.language] if "foreknowledge" in outcome.flaws else answer.purpose.strip(),
        key_phrases=tuple(phrase.strip() for phrase in answer.key_phrases if phrase.strip()),
        target=tuple(id for id in answer.target if id in open_ids),
    )
