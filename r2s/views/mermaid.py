"""The graph of a method as a mermaid diagram, which code hosts and JupyterLab draw."""

from collections.abc import Iterator, Mapping

from langgraph.graph import END, START
from langgraph.graph.state import CompiledStateGraph

from r2s.runs.methods import METHODS

# Agents, who ask a model: what each of them does.
_AGENTS = {
    "planner": "logic type, purpose, target",
    "user": "has not read the document",
    "candidate": "K drafts at once",
    "reviewer": "N at once, blind to each other",
    "chairman": "keeps one, steers the next",
    "assistant": "speaks it, or rewrites it",
    "writer": "the whole dialogue in one call",
    "asker": "speaks from a persona and a goal",
    "answerer": "knows the dialogue alone",
    "seed": "the first question",
    "instruction_critic": "criticises and rewrites the question",
    "response_critic": "criticises and rewrites the answer",
}
# What a method's agents do where another has one of the same name.
_OF_METHOD = {
    "review": {"candidate": "answers the question", "chairman": "asks the next question"},
}
# Steps that ask no model.
_STEPS = {
    "search_find": "passages for what was said",
    "panel": "the drafts go to the reviewers",
    "verdict": "what the panel makes of the answer",
    "turn": "the next pair that was given",
}

_FORK = "-. fork .->"


def method_diagram(method: str, graph: CompiledStateGraph) -> str:
    """A method's graph from the top down: dotted is the way to the end, and where a fork goes on."""
    return "\n".join(["flowchart TD", *_lines(method, graph), ""])


def _lines(method: str, graph: CompiledStateGraph) -> Iterator[str]:
    drawn = graph.get_graph()
    for name in drawn.nodes:
        yield f"    {_id(name)}{_box(name, _OF_METHOD.get(method, {}))}"
    first = _first(method)
    order, arrows = list(drawn.nodes), ["-->", _FORK, "-.->"]
    edges = [(edge.source, _arrow(edge.source, edge.target, first), edge.target) for edge in drawn.edges]
    for source, arrow, target in sorted(
        edges, key=lambda edge: (edge[2] == END, order.index(edge[0]), arrows.index(edge[1]))
    ):
        yield f"    {_id(source)} {arrow} {_id(target)}"


def _first(method: str) -> str | None:
    """Where a dialogue begins; the other beginnings are those of forks."""
    enters = METHODS[method].enters
    return enters["next"] if isinstance(enters, Mapping) else None


def _arrow(source: str, target: str, first: str | None) -> str:
    if source == START and first and target != first:
        return _FORK
    return "-.->" if target == END else "-->"


def _box(name: str, own: Mapping[str, str]) -> str:
    if name in (START, END):
        return f"(({_id(name)}))"
    told = f"{name.replace('_', '-')}<br/>{own.get(name) or {**_AGENTS, **_STEPS}.get(name, '')}".removesuffix("<br/>")
    return f'(["{told}"])' if name in _AGENTS else f'["{told}"]'


def _id(name: str) -> str:
    """`end` is a word of mermaid's own."""
    return {START: "begins", END: "ends"}.get(name, name)
