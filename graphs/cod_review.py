"""A dialogue by chain of dialogue logic with a review panel, one turn a round; `cod` is the same without the panel.

    planner -> user -> search_find -> candidate (K at once) -> panel -> reviewer (N at once) -> chairman -> assistant
       ^                                     |                                                              |  |
       |                                     +--- no reviewers -------------------------------------------->+  |
       +------------------------------------------------------------------------------ next turn --------------+

A turn that cannot be brought to an end (no valid plan, nothing sayable, no quorum) ends the dialogue before it; what
was said until then stands. Faults of an endpoint or of the budget are raised, for the run to handle.
"""

from collections.abc import Mapping

from langgraph.graph import END, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer, Send

from r2s.graphs.answering import Answering
from r2s.graphs.asking import Asking
from r2s.graphs.reviewing import Reviewing
from r2s.graphs.state import CandidateState, DialogueEnd, DialogueState, Entry, ReviewerState
from r2s.graphs.steps import add_entries, add_step
from r2s.graphs.team import Rules, Team

ENTRIES: Mapping[Entry, str] = {"next": "planner", "plan": "user", "say": "search_find", "again": "search_find"}


def cod_review_graph(team: Team, rules: Rules, checkpointer: Checkpointer = None) -> CompiledStateGraph:
    """The state machine of one dialogue: give it an opening state, it returns the finished nodes and how it ended."""
    asking, reviewing, answering = Asking(team, rules), Reviewing(team, rules), Answering(team, rules)

    def candidates(state: DialogueState) -> list[Send]:
        return [Send("candidate", {**state, "number": number}) for number in range(len(team.candidates))]

    def reviewers(state: DialogueState) -> list[Send]:
        return [Send("reviewer", {**state, "seat": seat}) for seat in range(len(team.reviewers))]

    graph = StateGraph(DialogueState, output_schema=DialogueEnd)
    add_step(graph, "planner", asking.planner, lambda state: "user", ("user", END))
    add_step(graph, "user", asking.user, lambda state: "search_find", ("search_find", END))
    add_step(graph, "search_find", asking.search_find, candidates, ("candidate",))
    graph.add_node("candidate", answering.candidate, input_schema=CandidateState)
    if team.reviewers:
        graph.add_edge("candidate", "panel")
        add_step(graph, "panel", answering.panel, reviewers, ("reviewer", END))
        graph.add_node("reviewer", reviewing.reviewer, input_schema=ReviewerState)
        graph.add_edge("reviewer", "chairman")
        add_step(graph, "chairman", reviewing.chairman, lambda state: "assistant", ("assistant", END))
    else:
        graph.add_edge("candidate", "assistant")
    add_step(graph, "assistant", answering.assistant, lambda state: "planner", ("planner", END))
    add_entries(graph, ENTRIES)
    return graph.compile(checkpointer=checkpointer, name="cod_review" if team.reviewers else "cod")
