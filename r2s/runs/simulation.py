"""One document, one dialogue, one tree."""

from collections.abc import Mapping
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from r2s.agents.caster import Caster
from r2s.agents.scene import Scene, dialogue_name
from r2s.config import RunConfig
from r2s.documents.document import Document
from r2s.documents.foreknowledge import foreknown
from r2s.documents.subject import subject_of
from r2s.errors import TurnError
from r2s.graphs.attempts import attempt
from r2s.graphs.branching import play_tree
from r2s.graphs.state import DialogueEnd, DialogueState, opening_state
from r2s.models.request import Model
from r2s.policies.quality import Flaw
from r2s.runs.casts import Casts
from r2s.runs.events import Tell, tell_nobody
from r2s.runs.methods import METHODS
from r2s.runs.tracing import traced_as
from r2s.seeds import dialogue_seed
from r2s.trees.node import Cast, Node
from r2s.trees.tree import ConversationTree, grow_tree
from r2s.usage import Usage

# A turn takes eight steps of the graph; LangGraph counts steps to find graphs that never end.
STEPS_A_TURN = 10
# Characters of a message that tell what is being talked about; the tree has all of them.
GLIMPSE = 80


async def simulate(
    document: Document,
    replicate: int,
    *,
    config: RunConfig,
    run: str,
    graph: CompiledStateGraph,
    caster: Model,
    casts: Casts,
    tell: Tell = tell_nobody,
) -> ConversationTree:
    """Play one dialogue about a document; raises `TurnError` where not even its first turn could be played."""
    opening = await opened(document, replicate, config=config, caster=caster, casts=casts)

    def tell_turn(nodes: Mapping[str, Node], reply: Node) -> None:
        tell("turn", _turn(opening, nodes, reply))

    with traced_as(config):
        end = await play_tree(graph, opening, step_limit(document, config), tell_turn)
    return tree_of(end, opening, config=config, run=run, replicate=replicate)


async def opened(
    document: Document, replicate: int, *, config: RunConfig, caster: Model, casts: Casts
) -> DialogueState:
    """The state before the first turn, with its cast."""
    seed = dialogue_seed(config.seed, document.id, replicate)
    cast, overhead = await cast_dialogue(document, casts.cast(document, replicate), seed, config, caster)
    return {**opening_state(document, cast, seed), "overhead": overhead}


def tree_of(
    state: DialogueEnd, opening: DialogueState, *, config: RunConfig, run: str, replicate: int
) -> ConversationTree:
    """The tree of a dialogue that has come to its end; raises `TurnError` where no turn could be played."""
    stop = state["stop"]
    assert stop is not None, "a graph ends by a stop"
    if state["leaf"] is None:
        raise TurnError(f"no turn could be played: {stop.reason}")
    return grow_tree(
        document=opening["document"],
        nodes=state["nodes"],
        cast=state["cast"],
        stop=stop,
        stops={branch.leaf: branch.stop for branch in state["branches"] if branch.stop},
        overhead=state["overhead"],
        run=run,
        method=config.method,
        models=config.known_models,
        seed=opening["seed"],
        replicate=replicate,
    )


def _turn(opening: DialogueState, nodes: Mapping[str, Node], reply: Node) -> dict[str, Any]:
    """A turn that has been played as the events of a run keep it: what was talked about, and what the panel decided."""
    document, asked = opening["document"].id, nodes[reply.parent] if reply.parent else reply
    return {
        "document": document,
        "dialogue": dialogue_name(document, opening["seed"]),
        "turn": reply.turn,
        "type": asked.plan.type if asked.plan else None,
        "said": asked.text[:GLIMPSE],
        "reply": reply.text[:GLIMPSE],
        "decision": reply.chair and reply.chair.model_dump(include={"kept", "mode", "scores", "dissent"}),
    }


def step_limit(document: Document, config: RunConfig) -> int:
    """More steps than a dialogue takes that comes to an end."""
    return STEPS_A_TURN * (max(config.turns, len(document.messages)) + 1)


async def cast_dialogue(
    document: Document, drawn: Cast, seed: int, config: RunConfig, caster: Model
) -> tuple[Cast, Usage]:
    """The drawn cast, or what the caster makes of it where the policy says so; with what that cost."""
    if not (config.policies.casting.develop and METHODS[config.method].is_cast):
        return drawn, Usage()
    outcome = await attempt(
        config.policies.acceptance,
        Scene(document, drawn, transcript=(), turn=0, seed=seed),
        Caster(caster).cast,
        lambda answer: _flaws_of_cast(answer, document),
    )
    return drawn if outcome.flaws else outcome.answer, outcome.usage


def _flaws_of_cast(cast: Cast, document: Document) -> dict[Flaw, str]:
    """The caster has read the document; what it lets the user know would count as known."""
    leaked = foreknown(f"{cast.user.goal}\n{cast.user.knowledge}", document, [subject_of(document)])
    return {"foreknowledge": ", ".join(sorted(leaked))} if leaked else {}
