"""Reflection-Tuning of what was said: a better instruction with its answer, then a better answer, turn by turn.

    turn --> instruction_critic --> response_critic --> turn --> ... --> end
      |  (turn 1; rewrite_user: all)       ^
      +------------ other turns -----------+

Each turn is read after the better turns before it, and each phase has one pass. What a critic writes takes the place
of what was there, which stays beside it as rejected: a new instruction beside the old one, each above its own answer,
and a better answer beside the one before, under the same instruction. The critiques are reviews of what they
criticise. A critic that cannot be read changes nothing, in whole: the flaw stands on the message that was kept.
With `rewrite_user`, a later turn that cannot be written anew does not follow from what has changed before it; the
dialogue ends before it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.graph import END, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer, Command

from r2s.agents.exchange import Exchange
from r2s.agents.instruction_critic import InstructionCritic
from r2s.agents.response_critic import ResponseCritic
from r2s.agents.scene import dialogue_name
from r2s.documents.document import Document
from r2s.errors import AnswerError
from r2s.graphs.state import DialogueEnd, DialogueState, Entry, path_to, scene_of
from r2s.graphs.steps import add_entries
from r2s.models.request import Model
from r2s.policies.reflection import Reflection
from r2s.trees.node import Node, Review, Stop
from r2s.trees.tree import node_id

# What is reflected on was said before: nobody can say, or plan, something else in its place.
ENTRIES: Mapping[Entry, str] = {"next": "turn", "again": "turn"}
# Who wrote what a document brought.
GIVEN = "given"
# So many of the user's next messages are shown to a critic.
LOOKAHEAD = 2

Selection = Callable[[Exchange, Exchange], Awaitable[bool]]
"""Whether to take the second exchange for the first: where a student's perplexities decide (IFD and rIFD)."""


async def take_every(before: Exchange, after: Exchange) -> bool:
    """Without a student to ask, whatever a critic wrote is taken."""
    return True


@dataclass(frozen=True)
class Critics:
    instruction: InstructionCritic
    response: ResponseCritic


def critics(model_of: Callable[[str], Model]) -> Critics:
    """The critics, each asking the model of its role."""
    return Critics(InstructionCritic(model_of("instruction_critic")), ResponseCritic(model_of("response_critic")))


def reflection_graph(
    critics: Critics,
    policy: Reflection,
    selection: Selection = take_every,
    checkpointer: Checkpointer = None,
) -> CompiledStateGraph:
    """The state machine of one pair or dialogue: give it the opening state of a document that has messages."""
    reflecting = Reflecting(critics, policy, selection)

    async def turn(state: DialogueState) -> Command:
        change = reflecting.turn(state)
        goto = "response_critic" if policy.response else "turn"
        if policy.takes_instruction(change.get("turn", 0)):
            goto = "instruction_critic"
        return Command(update=change, goto=END if change.get("stop") else goto)

    async def instruction_critic(state: DialogueState) -> Command:
        change = await reflecting.instruction(state)
        goto = "response_critic" if policy.response else "turn"
        return Command(update=change, goto=END if change.get("stop") else goto)

    async def response_critic(state: DialogueState) -> Command:
        return Command(update=await reflecting.response(state), goto="turn")

    graph = StateGraph(DialogueState, output_schema=DialogueEnd)
    graph.add_node("turn", turn, destinations=("instruction_critic", "response_critic", "turn", END))
    graph.add_node("instruction_critic", instruction_critic, destinations=("response_critic", "turn", END))
    graph.add_node("response_critic", response_critic, destinations=("turn",))
    add_entries(graph, ENTRIES)
    return graph.compile(checkpointer=checkpointer, name="reflection")


def exchanges(document: Document) -> list[Exchange]:
    """What was asked and answered, turn by turn."""
    texts = [message.text for message in document.messages]
    return [Exchange(*pair) for pair in zip(texts[::2], texts[1::2], strict=False)]


@dataclass(frozen=True)
class Reflecting:
    """Nodes of the graph; each returns only what it changes."""

    critics: Critics
    policy: Reflection
    selection: Selection

    def turn(self, state: DialogueState) -> dict[str, Any]:
        """Close the turn that is done, and put the next exchange under it as it was found.

        A question that stands without an answer is to be answered again: it gets the one that was found.
        """
        number, given = state["turn"] + 1, exchanges(state["document"])
        place, asked = state["siblings"], state["asked"]
        if asked and not any(node.parent == asked for node in state["nodes"].values()):
            answer = _node(state, asked, "assistant", GIVEN, place, given[number - 2].answer)
            return {"nodes": _by_id(answer), "siblings": 0}
        leaf = _pair(state)[1].id if asked else None
        if number > len(given):
            return {"leaf": leaf, "stop": Stop(rule="reflected", turn=len(given), reason="no turn is left")}
        question = _node(state, leaf, "user", GIVEN, place, given[number - 1].instruction, turn=number)
        answer = _node(state, question.id, "assistant", GIVEN, 0, given[number - 1].answer, turn=number)
        change: dict[str, Any] = {"turn": number, "asked": question.id, "leaf": leaf, "siblings": 0}
        return {**change, "nodes": _by_id(question, answer)}

    async def instruction(self, state: DialogueState) -> dict[str, Any]:
        """Phase 1: a new instruction and its answer, or the pair as it was."""
        question, answer = _pair(state)
        given = Exchange(question.text, answer.text)
        try:
            reply = await self.critics.instruction.reflect(scene_of(state), given, self._later(state))
        except AnswerError as error:
            return self._not_written_anew(state, question.paying(error.usage), answer)
        said, model = reply.answer, reply.given_by(self.critics.instruction.model)
        question = _criticised(question, "instruction_critic", model, said.instruction_critique)
        answer = _criticised(answer, "instruction_critic", model, said.answer_critique)
        new = Exchange(said.instruction, said.answer)
        if new == given:
            return {"nodes": _by_id(question.paying(reply.usage), answer)}
        old = [question, answer]
        if new.instruction != given.instruction:
            question = _rewritten(state, question, "instruction_critic", new.instruction)
        after = _node(state, question.id, "assistant", "instruction_critic", 1, new.answer, kind="rewrite")
        written = [question, after.paying(reply.usage)]
        if not await self.selection(given, new):
            return {"nodes": {**_by_id(*map(_rejected, written)), **_by_id(*old)}}
        return {"nodes": {**_by_id(*map(_rejected, old)), **_by_id(*written)}, "asked": question.id}

    def _not_written_anew(self, state: DialogueState, question: Node, answer: Node) -> dict[str, Any]:
        question = _flawed(question, "instruction-not-reflected")
        if not any(node.agent != GIVEN for node in path_to(state["nodes"], state["leaf"])):
            return {"nodes": _by_id(question)}
        failed = [node.model_copy(update={"status": "failed"}) for node in (question, answer)]
        reason = "the next turn could not be written anew, to follow from those before it"
        stop = Stop(rule="failed_turn", turn=state["turn"] - 1, reason=reason)
        return {"nodes": _by_id(*failed), "stop": stop}

    async def response(self, state: DialogueState) -> dict[str, Any]:
        """Phase 2: a better answer to the same instruction, or the answer as it was."""
        question, answer = _pair(state)
        given = Exchange(question.text, answer.text)
        try:
            reply = await self.critics.response.reflect(scene_of(state), given, self._later(state))
        except AnswerError as error:
            return {"nodes": _by_id(_flawed(answer, "answer-not-reflected").paying(error.usage))}
        said, model = reply.answer, reply.given_by(self.critics.response.model)
        answer = _criticised(answer, "response_critic", model, said.critique)
        if said.answer == answer.text:
            return {"nodes": _by_id(answer.paying(reply.usage))}
        better = _rewritten(state, answer, "response_critic", said.answer).paying(reply.usage)
        takes = await self.selection(given, Exchange(question.text, better.text))
        nodes = (_rejected(answer), better) if takes else (answer, _rejected(better))
        return {"nodes": _by_id(*nodes)}

    def _later(self, state: DialogueState) -> Sequence[str]:
        """What the user goes on to say; nothing where that is to be written anew."""
        if self.policy.rewrite_user:
            return ()
        return [given.instruction for given in exchanges(state["document"])[state["turn"] :][:LOOKAHEAD]]


def _pair(state: DialogueState) -> tuple[Node, Node]:
    """The turn as it stands: what is kept of it so far."""
    nodes, asked = state["nodes"], state["asked"]
    return nodes[asked], next(node for node in nodes.values() if node.parent == asked and node.status == "kept")


def _node(state: DialogueState, parent: str | None, role: Any, agent: str, order: int, text: str, **more: Any) -> Node:
    given = {"turn": state["turn"], "seed": state["seed"], **more}
    id = node_id(parent or dialogue_name(state["document"].id, state["seed"]), agent, order)
    return Node(id=id, parent=parent, order=order, role=role, agent=agent, text=text, **given)


def _rewritten(state: DialogueState, before: Node, agent: str, text: str) -> Node:
    return _node(state, before.parent, before.role, agent, before.order + 1, text, kind="rewrite")


def _criticised(node: Node, critic: str, model: str, points: Sequence[str]) -> Node:
    if not points:
        return node
    review = Review(reviewer=critic, model=model, weaknesses=tuple(points))
    return node.model_copy(update={"reviews": (*node.reviews, review)})


def _rejected(node: Node) -> Node:
    return node.model_copy(update={"status": "rejected"})


def _flawed(node: Node, flaw: str) -> Node:
    return node.model_copy(update={"flaws": (*node.flaws, flaw)})


def _by_id(*nodes: Node) -> dict[str, Node]:
    return {node.id: node for node in nodes}
