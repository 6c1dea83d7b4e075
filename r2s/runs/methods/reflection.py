"""Reflection-Tuning of what was said: `reflection`."""

from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.agents.exchange import SAMPLING
from r2s.config import RunConfig
from r2s.documents import Document
from r2s.graphs.reflection import ENTRIES, critics, exchanges, reflection_graph
from r2s.runs.methods.method import Calls, Method, ModelOf, Turns


def _build(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
    return reflection_graph(critics(model_of), config.policies.reflection, checkpointer=checkpointer)


def _calls(config: RunConfig) -> Calls:
    """Each phase once, in each of its turns."""
    policy = config.policies.reflection
    instructions = int(policy.instruction)
    if policy.rewrite_user:
        return Calls(a_turn=instructions + policy.response)
    return Calls(once=instructions, a_turn=int(policy.response))


def _turns(document: Document, config: RunConfig) -> Turns:
    """Those that were said."""
    said = len(exchanges(document))
    return Turns(said, said)


REFLECTION = Method(
    _build,
    ("instruction_critic", "response_critic"),
    _calls,
    _calls,
    is_cast=False,
    takes="pairs",
    turns=_turns,
    reply_tokens=lambda config: SAMPLING.max_tokens,
    enters=ENTRIES,
)
