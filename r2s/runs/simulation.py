"""One document, one dialogue, one tree."""

from langgraph.graph.state import CompiledStateGraph

from r2s.agents.caster import Caster
from r2s.agents.scene import Scene
from r2s.config import RunConfig
from r2s.documents.document import Document
from r2s.documents.foreknowledge import foreknown
from r2s.documents.scripts import to_traditional
from r2s.documents.subject import subject_of
from r2s.errors import TurnError
from r2s.graphs.attempts import attempt
from r2s.graphs.state import DialogueEnd, opening_state
from r2s.models.request import Model
from r2s.policies.quality import Flaw
from r2s.runs.methods import METHODS
from r2s.seeds import derive_seed, generator
from r2s.trees.node import NOBODY, Cast
from r2s.trees.tree import ConversationTree, grow_tree
from r2s.usage import Usage

# A turn takes eight steps of the graph; LangGraph counts steps to find graphs that never end.
STEPS_A_TURN = 10
# The cast of a method in which nobody has a character.


async def simulate(
    document: Document, replicate: int, *, config: RunConfig, run: str, graph: CompiledStateGraph, caster: Model
) -> ConversationTree:
    """Play one dialogue about a document; raises `TurnError` where not even its first turn could be played."""
    seed = derive_seed(config.seed, document.id, replicate)
    cast, overhead = await cast_dialogue(document, seed, config, caster)
    opening = opening_state(document, cast, seed)
    opening["overhead"] = overhead
    limit = STEPS_A_TURN * (max(config.turns, len(document.messages)) + 1)
    state: DialogueEnd = await graph.ainvoke(opening, {"recursion_limit": limit})  # type: ignore[assignment]
    stop = state["stop"]
    assert stop is not None, "a graph ends by a stop"
    if state["leaf"] is None:
        raise TurnError(f"no turn could be played: {stop.reason}")
    return grow_tree(
        document=document,
        nodes=state["nodes"],
        cast=state["cast"],
        stop=stop,
        overhead=state["overhead"],
        run=run,
        method=config.method,
        models=config.known_models,
        seed=seed,
        replicate=replicate,
    )


async def cast_dialogue(document: Document, seed: int, config: RunConfig, caster: Model) -> tuple[Cast, Usage]:
    """Draw the cast, and let the caster develop it where the policy says so; with what that cost."""
    if not METHODS[config.method].is_cast:
        return NOBODY, Usage()
    casting = config.policies.casting
    subject = subject_of(document)
    cast = casting.draw(subject, document.language, generator(seed, "cast"))
    if document.lang == "zh-Hant":
        cast = Cast.model_validate_json(to_traditional(cast.model_dump_json()))
    if not casting.develop:
        return cast, Usage()
    outcome = await attempt(
        config.policies.acceptance,
        Scene(document, cast, transcript=(), turn=0, seed=seed),
        Caster(caster).cast,
        lambda answer: _flaws_of_cast(answer, document, subject),
    )
    return cast if outcome.flaws else outcome.answer, outcome.usage


def _flaws_of_cast(cast: Cast, document: Document, subject: str) -> dict[Flaw, str]:
    """The caster has read the document; what it lets the user know would count as known."""
    leaked = foreknown(f"{cast.user.goal}\n{cast.user.knowledge}", document, [subject])
    return {"foreknowledge": ", ".join(sorted(leaked))} if leaked else {}
