"""One document, one dialogue, one tree."""

from langgraph.graph.state import CompiledStateGraph

from r2s.agents.caster import Caster
from r2s.agents.scene import Scene
from r2s.config import RunConfig
from r2s.documents.document import Document
from r2s.documents.foreknowledge import foreknown
from r2s.documents.subject import subject_of
from r2s.errors import TurnError
from r2s.graphs.attempts import attempt
from r2s.graphs.branching import play_tree
from r2s.graphs.state import opening_state
from r2s.models.request import Model
from r2s.policies.quality import Flaw
from r2s.runs.casts import Casts
from r2s.runs.methods import METHODS
from r2s.runs.tracing import traced_as
from r2s.seeds import derive_seed
from r2s.trees.node import Cast
from r2s.trees.tree import ConversationTree, grow_tree
from r2s.usage import Usage

# A turn takes eight steps of the graph; LangGraph counts steps to find graphs that never end.
STEPS_A_TURN = 10


async def simulate(
    document: Document,
    replicate: int,
    *,
    config: RunConfig,
    run: str,
    graph: CompiledStateGraph,
    caster: Model,
    casts: Casts,
) -> ConversationTree:
    """Play one dialogue about a document; raises `TurnError` where not even its first turn could be played."""
    seed = derive_seed(config.seed, document.id, replicate)
    drawn = casts.cast(document, replicate)
    cast, overhead = await cast_dialogue(document, drawn, seed, config, caster)
    opening = opening_state(document, cast, seed)
    opening["overhead"] = overhead
    with traced_as(config):
        state = await play_tree(graph, opening, step_limit(document, config))
    stop = state["stop"]
    assert stop is not None, "a graph ends by a stop"
    if state["leaf"] is None:
        raise TurnError(f"no turn could be played: {stop.reason}")
    return grow_tree(
        document=document,
        nodes=state["nodes"],
        cast=state["cast"],
        stop=stop,
        stops={branch.leaf: branch.stop for branch in state["branches"] if branch.stop},
        overhead=state["overhead"],
        run=run,
        method=config.method,
        models=config.known_models,
        seed=seed,
        replicate=replicate,
    )


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
