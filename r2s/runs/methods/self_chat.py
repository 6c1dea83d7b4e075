"""Two agents in a loop: `self_chat`."""

from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.agents.answerer import Answerer
from r2s.agents.asker import Asker
from r2s.config import RunConfig
from r2s.documents import Document
from r2s.graphs.answering import stop_after
from r2s.graphs.self_chat import ENTRIES, self_chat_graph
from r2s.models.request import Sampling
from r2s.runs.methods.method import Calls, Method, ModelOf, Turns, rules_of, turns_about


def _build(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
    settings = config.self_chat
    sampling = Sampling(max_tokens=settings.max_tokens)
    answerer = Answerer(model_of("answerer"), settings.sees_document, settings.plain, sampling)
    return self_chat_graph(Asker(model_of("asker")), answerer, rules_of(config), checkpointer)


def _turns(document: Document, config: RunConfig) -> Turns:
    """As many as there is to tell; where the document is not seen there is no end to that."""
    if config.self_chat.sees_document:
        return turns_about(document, config)
    return Turns(min(config.min_turns, config.turns), config.turns)


SELF_CHAT = Method(
    _build,
    ("asker", "answerer"),
    smooth=lambda config: Calls(a_turn=2),
    most=lambda config: Calls(a_turn=2 * config.policies.acceptance.attempts),
    turns=_turns,
    enters=ENTRIES,
    stop=stop_after,
)
