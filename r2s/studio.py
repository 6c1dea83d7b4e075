"""The methods' graphs as LangGraph Studio and `langgraph dev` take them: JSON in, a tree as JSON out.

    opening (the text becomes a document, the dialogue gets its cast) --> the method's own graph --> tree

`langgraph.json` names the factories below. A server calls them whenever it needs a graph, so none of them asks for a
key or a network; what a run may set are the fields of `StudioSettings`. Prompts and word lists are read from disk when
they are first used, which `langgraph dev` takes for a fault unless it is told `--allow-blocking`.
"""

from collections.abc import Callable
from typing import Any, NotRequired

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from typing_extensions import TypedDict

from r2s.config import load_config
from r2s.documents import Document
from r2s.documents.document import Message, Role
from r2s.documents.raw import RawDocument
from r2s.documents.readers import make_document
from r2s.graphs.state import DialogueState
from r2s.runs.back_ends import BackEnds
from r2s.runs.casts import casts_for
from r2s.runs.meter import Meter
from r2s.runs.methods import method_graph
from r2s.runs.simulation import STEPS_A_TURN, opened, tree_of

# Where a setting stands in the configuration, if not under its own name.
_PATHS = {"model": "models.default"}


Studio = CompiledStateGraph[Any, Any, Any, Any]


class StudioInput(TypedDict):
    """A document as plain text; instead of it, or with it, what was `said` already, question and answer in turn."""

    text: str
    title: NotRequired[str]
    said: NotRequired[list[str]]


class StudioSettings(TypedDict, total=False):
    """The settings of a dialogue that a run may change; the rest are as shipped."""

    model: str
    base_url: str
    reviewers: int
    candidates: int
    turns: int
    seed: int


class StudioState(StudioInput, DialogueState):
    """The state of the dialogue between what came in and the tree that goes out."""

    tree: dict[str, Any]


class StudioOutput(TypedDict):
    """The finished tree, `r2s.tree/1`."""

    tree: dict[str, Any]


def factory(method: str) -> Callable[[RunnableConfig], Studio]:
    """The factory of a method's graph; what a server hands it are the settings of a run, where there are any."""

    def make(config: RunnableConfig) -> Studio:
        given = config.get("configurable", {})
        return studio_graph(method, {name: given[name] for name in StudioSettings.__annotations__ if name in given})

    return make


def studio_graph(method: str, settings: dict[str, Any]) -> Studio:
    """A method's graph between two steps that turn JSON into its state, and its end into JSON."""
    config = load_config(flags={"method": method, **{_PATHS.get(name, name): settings[name] for name in settings}})
    models = BackEnds(config, Meter(config.limits)).of

    async def opening(state: StudioInput) -> DialogueState:
        document = _document(state)
        casts = casts_for(config, lambda: [document])
        return await opened(document, 0, config=config, caster=models("caster"), casts=casts)

    def tree(state: StudioState) -> StudioOutput:
        finished = tree_of(state, state, config=config, run="studio", replicate=0)
        return {"tree": finished.model_dump(mode="json", by_alias=True)}

    graph = StateGraph(StudioState, StudioSettings, input_schema=StudioInput, output_schema=StudioOutput)
    graph.add_node("opening", opening, input_schema=StudioInput)
    graph.add_node(method, method_graph(config, models))
    graph.add_node("tree", tree)
    graph.add_edge(START, "opening")
    graph.add_edge("opening", method)
    graph.add_edge(method, "tree")
    graph.add_edge("tree", END)
    return graph.compile(name=method).with_config(recursion_limit=STEPS_A_TURN * (config.turns + 1))


def _document(state: StudioInput) -> Document:
    title = state.get("title") or None
    roles: tuple[Role, ...] = ("user", "assistant")
    said = tuple(Message(role=roles[place % 2], text=text) for place, text in enumerate(state.get("said", ())))
    return make_document(RawDocument("document", title, state["text"], "studio", messages=said), "document")


cod_review = factory("cod_review")
cod = factory("cod")
direct = factory("direct")
cot = factory("cot")
cod_single = factory("cod_single")
gllm = factory("gllm")
self_chat = factory("self_chat")
review = factory("review")
reflection = factory("reflection")
