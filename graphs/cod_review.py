"""A dialogue by chain of dialogue logic with a review panel, one turn a round; `cod` is the same without the panel.

    planner -> user -> search_find -> candidate (K at once) -> panel -> reviewer (N at once) -> chairman -> assistant
       ^                                                         |                                            |  |
       |                                                         +--- no reviewers -------------------------->+  |
       +------------------------------------------------------------------------------- next turn ---------------+

A turn that cannot be brought to an end (no valid plan, nothing sayable, no quorum) ends the dialogue before it; what was
said until then stands. Faults of an endpoint or of the budget are raised, for the run to handle.
"""

from typing import Literal

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

    def after_plan(state: DialogueState) -> Literal["user", "__end__"]:
        return END if state.get("stop") else "user"

    def after_user(state: DialogueState) -> Literal["search_find", "__end__"]:
        return END if state.get("stop") else "search_find"

    def to_candidates(state: DialogueState) -> list[Send]:
        return [Send("candidate", {**state, "number": number}) for number in range(len(team.candidates))]

    def to_reviewers(state: DialogueState) -> list[Send] | Literal["assistant", "__end__"]:
        if state.get("stop"):
            return END
        return [Send("reviewer", {**state, "seat": seat}) for seat in range(len(team.reviewers))] or "assistant"

    def after_chairman(state: DialogueState) -> Literal["assistant", "__end__"]:
        return END if state.get("stop") else "assistant"

    def after_turn(state: DialogueState) -> Literal["planner", "__end__"]:
        return END if state.get("stop") else "planner"

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
    graph.add_conditional_edges("planner", after_plan)
    graph.add_conditional_edges("user", after_user)
    graph.add_conditional_edges("search_find", to_candidates, ["candidate"])
    graph.add_edge("candidate", "panel")
    graph.add_conditional_edges("panel", to_reviewers, ["reviewer", "assistant", END])
    graph.add_edge("reviewer", "chairman")
    graph.add_conditional_edges("chairman", after_chairman)
    graph.add_conditional_edges("assistant", after_turn)
    return graph.compile(checkpointer=checkpointer, name="cod_review" if team.reviewers else "cod")
