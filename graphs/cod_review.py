"""A dialogue by chain of dialogue logic with a review panel, one turn a round; `cod` is the same without the panel.

    planner -> user -> search_find -> candidate (K at once) -> panel -> reviewer (N at once) -> chairman -> assistant
       ^                                     |                                                              |  |
       |                                     +--- no reviewers -------------------------------------------->+  |
       +------------------------------------------------------------------------------ next turn --------------+

A turn that cannot be brought to an end (no valid plan, nothing sayable, no quorum) ends the dialogue before it; what
was said until then stands. A dialogue that goes on from the middle enters where it left off: at the planner, at the
user with a plan that is given, or at search_find with what the user said. Faults of an endpoint or of the budget are
raised, for the run to handle.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer, Command, Send

from r2s.graphs.answering import Answering
from r2s.graphs.asking import Asking
from r2s.graphs.reviewing import Reviewing
from r2s.graphs.state import CandidateState, DialogueEnd, DialogueState, ReviewerState
from r2s.graphs.team import Rules, Team

Change = dict[str, Any]
Node = Callable[[DialogueState], Awaitable[Change]]
Goto = Callable[[DialogueState], str | Sequence[Send]]


def cod_review_graph(team: Team, rules: Rules, checkpointer: Checkpointer = None) -> CompiledStateGraph:
    """The state machine of one dialogue: give it an opening state, it returns the finished nodes and how it ended."""
    asking, reviewing, answering = Asking(team, rules), Reviewing(team, rules), Answering(team, rules)

    def candidates(state: DialogueState) -> list[Send]:
        return [Send("candidate", {**state, "number": number}) for number in range(len(team.candidates))]

    def reviewers(state: DialogueState) -> list[Send]:
        return [Send("reviewer", {**state, "seat": seat}) for seat in range(len(team.reviewers))]

    graph = StateGraph(DialogueState, output_schema=DialogueEnd)
    _add(graph, "planner", asking.planner, lambda state: "user", ("user", END))
    _add(graph, "user", asking.user, lambda state: "search_find", ("search_find", END))
    _add(graph, "search_find", asking.search_find, candidates, ("candidate",))
    graph.add_node("candidate", answering.candidate, input_schema=CandidateState)
    if team.reviewers:
        graph.add_edge("candidate", "panel")
        _add(graph, "panel", answering.panel, reviewers, ("reviewer", END))
        graph.add_node("reviewer", reviewing.reviewer, input_schema=ReviewerState)
        graph.add_edge("reviewer", "chairman")
        _add(graph, "chairman", reviewing.chairman, lambda state: "assistant", ("assistant", END))
    else:
        graph.add_edge("candidate", "assistant")
    _add(graph, "assistant", answering.assistant, lambda state: "planner", ("planner", END))
    graph.add_conditional_edges(START, lambda state: state["enter"], ["planner", "user", "search_find"])
    return graph.compile(checkpointer=checkpointer, name="cod_review" if team.reviewers else "cod")


def _add(graph: StateGraph, name: str, node: Node, goto: Goto, destinations: tuple[str, ...]) -> None:
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
