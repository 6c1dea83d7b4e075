"""A dialogue by chain of dialogue logic with a review panel, one turn a round; `cod` is the same without the panel.

    planner -> user -> search_find -> candidate (K at once) -> panel -> reviewer (N at once) -> chairman -> assistant
       ^                                                         |                                            |  |
       |                                                         +--- no reviewers -------------------------->+  |
       +------------------------------------------------------------------------------- next turn ---------------+

A turn that cannot be brought to an end (no valid plan, nothing sayable, no quorum) ends the dialogue before it; what
was said until then stands. Faults of an endpoint or of the budget are raised, for the run to handle.
"""

from collections.abc import Callable

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer, Send

from r2s.graphs.answering import Answering
from r2s.graphs.asking import Asking
from r2s.graphs.reviewing import Reviewing
from r2s.graphs.state import DialogueState
from r2s.graphs.team import Rules, Team


def cod_review_graph(team: Team, rules: Rules, checkpointer: Checkpointer = None) -> CompiledStateGraph:
    """The state machine of one dialogue: give it an opening state, it returns the state with the finished nodes."""
    asking, reviewing, answering = Asking(team, rules), Reviewing(team, rules), Answering(team, rules)

    def to_candidates(state: DialogueState) -> list[Send]:
        return [Send("candidate", {**state, "number": number}) for number in range(len(team.candidates))]

    def to_reviewers(state: DialogueState) -> list[Send] | str:
        if state["stop"]:
            return END
        return [Send("reviewer", {**state, "seat": seat}) for seat in range(len(team.reviewers))] or "assistant"

    graph = StateGraph(DialogueState)
    graph.add_node("planner", asking.planner)
    graph.add_node("user", asking.user)
    graph.add_node("search_find", asking.search_find)
    graph.add_node("candidate", answering.candidate)
    graph.add_node("panel", answering.panel)
    graph.add_node("reviewer", reviewing.reviewer)
    graph.add_node("chairman", reviewing.chairman)
    graph.add_node("assistant", answering.assistant)
    graph.add_edge(START, "planner")
    graph.add_conditional_edges("planner", _unless_stopped("user"), ["user", END])
    graph.add_conditional_edges("user", _unless_stopped("search_find"), ["search_find", END])
    graph.add_conditional_edges("search_find", to_candidates, ["candidate"])
    graph.add_edge("candidate", "panel")
    graph.add_conditional_edges("panel", to_reviewers, ["reviewer", "assistant", END])
    graph.add_edge("reviewer", "chairman")
    graph.add_conditional_edges("chairman", _unless_stopped("assistant"), ["assistant", END])
    graph.add_conditional_edges("assistant", _unless_stopped("planner"), ["planner", END])
    return graph.compile(checkpointer=checkpointer, name="cod_review" if team.reviewers else "cod")


def _unless_stopped(node: str) -> Callable[[DialogueState], str]:
    """A route that goes to `node` while the dialogue is not over."""
    return lambda state: END if state["stop"] else node
