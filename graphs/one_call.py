"""A whole dialogue in one call: `direct`, `cot` and `cod_single`, the baselines of R2S, and `gllm`, a trained model.

    writer --> end

The reply becomes a tree like any other: where turns were planned, each user message carries its link of the chain, and
what the reply claims to have found in the document is checked against it. A dialogue with too few turns is asked for
again; every other flaw is recorded and nothing is mended, as in the source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.agents.candidate import verified
from r2s.agents.scene import Scene
from r2s.agents.whole_dialogue import Characters, WholeDialogue, WholeTurn
from r2s.documents.beginning import beginning
from r2s.errors import AnswerError
from r2s.graphs.attempts import attempt
from r2s.graphs.state import DialogueEnd, DialogueState, ended_by, lines, scene_of
from r2s.graphs.team import Rules
from r2s.models.request import Reply
from r2s.policies.acceptance import Acceptance
from r2s.policies.quality import Flaw
from r2s.seeds import derive_seed
from r2s.trees.node import AssistantCast, Cast, Node, Stop, UserCast
from r2s.trees.tree import node_id


class WholeWriter(Protocol):
    """Who writes a whole dialogue: in which role, and what its graph is called."""

    role: ClassVar[str]

    @property
    def style(self) -> str: ...

    async def write(self, scene: Scene, min_turns: int, max_turns: int) -> Reply[WholeDialogue]: ...


def one_call_graph(
    writer: WholeWriter, rules: Rules, *, longest_document: int = 20_000, checkpointer: Checkpointer = None
) -> CompiledStateGraph:
    """The graph of one dialogue; of a document above `longest_document` characters the writer reads the beginning."""
    writing = Writing(writer, rules, longest_document)
    graph = StateGraph(DialogueState, output_schema=DialogueEnd)
    graph.add_node("writer", writing.write)
    graph.add_edge(START, "writer")
    graph.add_edge("writer", END)
    return graph.compile(checkpointer=checkpointer, name=writer.style)


@dataclass(frozen=True)
class Writing:
    """The one node."""

    writer: WholeWriter
    rules: Rules
    longest_document: int

    async def write(self, state: DialogueState) -> dict[str, Any]:
        """Have the dialogue written, and make messages of it."""
        scene = scene_of({**state, "document": beginning(state["document"], self.longest_document)})
        try:
            outcome = await attempt(
                self.rules.acceptance,
                scene,
                lambda moment: self.writer.write(moment, self.rules.min_turns, self.rules.max_turns),
                self._flaws,
            )
        except AnswerError as error:
            return ended_by(state, error, 0, "no dialogue")
        turns = outcome.answer.whole_turns()
        if not turns:
            return {"stop": Stop(rule="failed_turn", turn=0, reason="no whole turn in what was written")}
        kept = turns[: self.rules.max_turns]
        nodes = messages_of(kept, scene, outcome.answer.characters, self.rules.acceptance, self.writer.role)
        nodes[0] = nodes[0].model_copy(update={"usage": outcome.usage})
        nodes[-1] = nodes[-1].model_copy(update={"flaws": (*nodes[-1].flaws, *outcome.flaws)})
        return {
            "cast": _cast(outcome.answer.characters),
            "nodes": {node.id: node for node in nodes},
            "leaf": nodes[-1].id,
            "turn": len(kept),
            "stop": _stop(len(kept), len(turns)),
        }

    def _flaws(self, answer: WholeDialogue) -> dict[Flaw, str]:
        return self.rules.acceptance.of_dialogue(len(answer.whole_turns()), self.rules.min_turns)


def messages_of(
    turns: Sequence[WholeTurn], scene: Scene, characters: Characters, acceptance: Acceptance, agent: str
) -> list[Node]:
    """The messages of turns that `agent` wrote, in order, with their evidence and their flaws."""
    nodes: list[Node] = []
    for number, turn in enumerate(turns, 1):
        document, heard = scene.document, lines(nodes)
        evidence = verified(document, turn.citations)
        said = acceptance.of_user(turn.user, document, heard, characters.user)
        found = tuple(dict.fromkeys(span.passage for span in evidence))
        nodes.append(_message(agent, scene, nodes, number, "user", turn.user, said, plan=turn.plan, found=found))
        longest = acceptance.longest(document.language)
        replied = acceptance.of_reply(turn.assistant, document, heard, len(turn.citations), evidence, longest)
        thought = turn.reasoning.strip()
        facts = {"thought": thought, "evidence": evidence}
        nodes.append(_message(agent, scene, nodes, number, "assistant", turn.assistant, replied, **facts))
    return nodes


def _message(
    agent: str,
    scene: Scene,
    before: Sequence[Node],
    turn: int,
    role: Literal["user", "assistant"],
    text: str,
    flaws: Mapping[Flaw, str],
    **facts: Any,
) -> Node:
    parent = before[-1].id if before else None
    return Node(
        id=node_id(parent or scene.dialogue, agent, 0),
        parent=parent,
        order=0,
        turn=turn,
        role=role,
        agent=agent,
        text=text.strip(),
        flaws=tuple(flaws),
        seed=derive_seed(scene.seed, agent, turn),
        **facts,
    )


def _cast(characters: Characters) -> Cast:
    """Whom the writer made up; of goals and manners it says nothing apart from the dialogue."""
    user = UserCast(persona=characters.user, goal="", knowledge="", manner="")
    return Cast(user=user, assistant=AssistantCast(manner=characters.assistant))


def _stop(kept: int, written: int) -> Stop:
    if written > kept:
        return Stop(rule="max_turns", turn=kept, reason=f"{kept} of {written} written turns")
    return Stop(rule="written", turn=kept, reason=f"a dialogue of {kept} turns in one reply")
