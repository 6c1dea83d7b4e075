"""The methods by name."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.config import RunConfig
from r2s.documents import Document, DocumentFailure, ReadNote, read_starts
from r2s.runs.methods.cod import COD, COD_REVIEW
from r2s.runs.methods.method import Method, ModelOf
from r2s.runs.methods.one_call import GLLM, writing
from r2s.runs.methods.reflection import REFLECTION
from r2s.runs.methods.review import REVIEW
from r2s.runs.methods.self_chat import SELF_CHAT

METHODS: dict[str, Method] = {
    "cod_review": COD_REVIEW,
    "cod": COD,
    "direct": writing("direct"),
    "cot": writing("cot"),
    "cod_single": writing("cod_single"),
    "gllm": GLLM,
    "self_chat": SELF_CHAT,
    "review": REVIEW,
    "reflection": REFLECTION,
}


def roles() -> list[str]:
    """Who can be given a model: the roles of all methods, and the caster; `default` is everybody."""
    return list(dict.fromkeys(["default", "caster", *(role for method in METHODS.values() for role in method.roles)]))


def method_graph(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer = None) -> CompiledStateGraph:
    """The graph of the configured method; `model_of` gives the model of a role."""
    return METHODS[config.method].build(config, model_of, checkpointer)


def read_for(
    paths: Sequence[Path | str], config: RunConfig, tell: Callable[[ReadNote], None] = lambda note: None
) -> Iterator[Document | DocumentFailure]:
    """What the configured method starts from, out of these files."""
    options = config.documents
    return read_starts(paths, METHODS[config.method].takes, limit=options.limit, options=options, tell=tell)
