"""Steps of a graph that say themselves where to go on, and where play begins."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, Send

from r2s.graphs.state import DialogueState, Entry

Change = dict[str, Any]
Node = Callable[[DialogueState], Awaitable[Change]]
Goto = Callable[[DialogueState], str | Sequence[Send]]


def add_step(graph: StateGraph, name: str, node: Node, goto: Goto, destinations: tuple[str, ...]) -> None:
    """Add a node that says itself where to go on, or ends the dialogue by a `stop`.

    A conditional edge would read the whole state again after every node: commands take a third off the engine's time.
    Where it goes on by `Send`, the nodes written just now are merged in by hand, as the graph will merge them.
    """

    async def step(state: DialogueState) -> Command:
        change = await node(state)
        if change.get("stop"):
            return Command(update=change, goto=END)
        nodes = {**state["nodes"], **change.get("nodes", {})}
        return Command(update=change, goto=goto({**state, **change, "nodes": nodes}))  # type: ignore[arg-type]

    graph.add_node(name, step, destinations=destinations)


def add_entries(graph: StateGraph, entries: Mapping[Entry, str]) -> None:
    """Let play begin where the state says: each way of going on at the step that it is for.

    LangGraph runs what is not asynchronous in a thread, which costs more than the whole step.
    """

    async def entry(state: DialogueState) -> str:
        return entries[state["enter"]]

    graph.add_conditional_edges(START, entry, list(dict.fromkeys(entries.values())))
