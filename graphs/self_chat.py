"""Two agents in a loop, without plan and without panel: the self-chat of Baize, in its second version.

    asker -> answerer
      ^         |
      +---------+ next turn

The asker speaks from a persona and a goal; the answerer has the dialogue and knows nothing of who asks. A message that
cannot be answered ends the dialogue and is no part of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from langgraph.graph import END, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.agents.answerer import Answerer
from r2s.agents.asker import Asker
from r2s.agents.candidate import DraftAnswer
from r2s.agents.scene import Scene
from r2s.errors import AnswerError
from r2s.graphs.answering import stop_after
from r2s.graphs.asking import user_turn
from r2s.graphs.attempts import Outcome, attempt_reply
from r2s.graphs.state import DialogueEnd, DialogueState, Entry, scene_of
from r2s.graphs.steps import add_entries, add_step
from r2s.graphs.team import Rules
from r2s.policies.acceptance import Acceptance
from r2s.seeds import derive_seed
from r2s.trees.node import Node, Stop
from r2s.trees.tree import node_id

ENTRIES: Mapping[Entry, str] = {"next": "asker", "say": "answerer", "again": "answerer"}
# A model under test is taken at its first word.
AS_IT_IS = Acceptance(attempts=1, refuse=("empty",))


def self_chat_graph(
    asker: Asker, answerer: Answerer, rules: Rules, checkpointer: Checkpointer = None
) -> CompiledStateGraph:
    """The state machine of one dialogue; it goes on until one of the stop rules fires."""
    chat = SelfChat(asker, answerer, rules)
    graph = StateGraph(DialogueState, output_schema=DialogueEnd)
    add_step(graph, "asker", chat.ask, lambda state: "answerer", ("answerer", END))
    add_step(graph, "answerer", chat.answer, lambda state: "asker", ("asker", END))
    add_entries(graph, ENTRIES)
    return graph.compile(checkpointer=checkpointer, name="self_chat")


@dataclass(frozen=True)
class SelfChat:
    """Nodes of the graph; each returns only what it changes."""

    asker: Asker
    answerer: Answerer
    rules: Rules

    async def ask(self, state: DialogueState) -> dict[str, Any]:
        """Let the user say the next thing."""
        turn = state["turn"] + 1
        change = await user_turn({**state, "turn": turn}, self.rules.acceptance, "asker", self.asker.speak)
        return {**change, "turn": turn}

    async def answer(self, state: DialogueState) -> dict[str, Any]:
        """Let the assistant reply, and see whether the dialogue is over."""
        scene, asked = scene_of(state), state["nodes"][state["asked"]]
        acceptance = AS_IT_IS if self.answerer.plain else self.rules.acceptance
        try:
            outcome = await attempt_reply(
                acceptance,
                scene,
                lambda moment: self.answerer.reply(moment, asked.text),
                acceptance.longest(scene.language),
            )
        except AnswerError as error:
            return _unanswered(asked.paying(error.usage), f"no reply: {error}")
        if acceptance.refuses(outcome.flaws):
            return _unanswered(asked.paying(outcome.usage), f"no usable reply: {', '.join(outcome.flaws)}")
        reply = _reply(scene, asked, outcome, order=state["siblings"])
        nodes = {reply.id: reply}
        stop = stop_after({**state, "nodes": {**state["nodes"], **nodes}, "leaf": reply.id}, self.rules)
        return {"nodes": nodes, "leaf": reply.id, "stop": stop, "siblings": 0}


def _reply(scene: Scene, asked: Node, outcome: Outcome[DraftAnswer], order: int) -> Node:
    return Node(
        id=node_id(asked.id, "answerer", order),
        parent=asked.id,
        order=order,
        turn=scene.turn,
        role="assistant",
        agent="answerer",
        text=outcome.answer.text.strip(),
        evidence=outcome.evidence,
        flaws=tuple(outcome.flaws),
        usage=outcome.usage,
        seed=derive_seed(scene.seed, "answerer", scene.turn),
    )


def _unanswered(asked: Node, reason: str) -> dict[str, Any]:
    """The dialogue ends before the message that nobody could answer."""
    failed = asked.model_copy(update={"status": "failed"})
    return {"nodes": {failed.id: failed}, "stop": Stop(rule="failed_turn", turn=asked.turn - 1, reason=reason)}
