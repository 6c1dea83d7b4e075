"""A method: the graph that plays it, its roles, and how often it asks a model. `r2s run DOCS --method interview`."""

from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.config import RunConfig
from r2s.graphs.one_call import one_call_graph
from r2s.runs.methods.method import Calls, Method, ModelOf, rules_of
from r2s_interview.agent import PROMPT, Interviewer


def build(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
    """One node here; a method with more of them builds its own LangGraph graph of `DialogueState`."""
    interviewer = Interviewer(model_of("interviewer"))
    return one_call_graph(interviewer, rules_of(config), checkpointer=checkpointer)


INTERVIEW = Method(
    build,
    roles=("interviewer",),
    smooth=lambda config: Calls(once=1),
    most=lambda config: Calls(once=config.policies.acceptance.attempts),
    is_cast=False,
    is_whole=True,
    reply_tokens=lambda config: 4096,
    prompt=lambda role, language, prompts: PROMPT,
)
