"""One document, one dialogue, one tree."""

from langgraph.graph.state import CompiledStateGraph

from r2s.agents.caster import Caster
from r2s.agents.scene import Scene
from r2s.config import RunConfig
from r2s.documents.document import Document
from r2s.documents.subject import subject_of
from r2s.errors import TurnError
from r2s.graphs.state import DialogueState, opening_state
from r2s.models.request import Model
from r2s.seeds import derive_seed, generator
from r2s.trees.node import Cast, Usage
from r2s.trees.tree import ConversationTree, grow_tree

# A turn takes eight steps of the graph; LangGraph counts steps to find graphs that never end.
STEPS_A_TURN = 10


async def simulate(
    document: Document, replicate: int, *, config: RunConfig, run: str, graph: CompiledStateGraph, caster: Model
) -> ConversationTree:
    """Play one dialogue about a document; raises `TurnError` where not even its first turn could be played."""
    seed = derive_seed(config.seed, document.id, replicate)
    cast, overhead, calls = await cast_dialogue(document, seed, config, caster)
    opening = opening_state(document, cast, seed)
    opening["overhead"], opening["calls"] = overhead, calls
    limit = STEPS_A_TURN * (config.turns + 1)
    state: DialogueState = await graph.ainvoke(opening, {"recursion_limit": limit})  # type: ignore[assignment]
    stop = state["stop"]
    assert stop is not None, "a graph ends by a stop"
    if state["leaf"] is None:
        raise TurnError(f"no turn could be played: {stop.reason}")
    return grow_tree(
        document=document,
        nodes=state["nodes"],
        cast=cast,
        stop=stop,
        overhead=state["overhead"],
        calls=state["calls"],
        run=run,
        method=config.method,
        models=config.models,
        seed=seed,
        replicate=replicate,
    )


async def cast_dialogue(document: Document, seed: int, config: RunConfig, caster: Model) -> tuple[Cast, Usage, int]:
    """Draw the cast, and let the caster develop it where the policy says so; with what that cost."""
    casting = config.policies.casting
    cast = casting.draw(subject_of(document), document.language, generator(seed, "cast"))
    if not casting.develop:
        return cast, Usage(), 0
    reply = await Caster(caster).cast(Scene(document, cast, transcript=(), turn=0, seed=seed))
    return reply.answer, reply.usage, 1
