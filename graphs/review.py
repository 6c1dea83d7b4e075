"""Review-Instruct: a candidate answers, reviewers criticise, the chairman asks the next question; none is revised.

    seed --> candidate --> reviewer (N at once) --> verdict --> chairman --> candidate ...
                |  ^                                   |           |
                |  +------ the question is pruned -----|-----------+
                +-- no reviewers -->-------------------+--> the last turn ends here: nothing is asked any more

A dialogue has a fixed number of turns and ends for no other reason, unless a turn cannot be brought to an end: then
what was said until then stands. Without reviewers there are no comments, and without comments nothing is asked. A
dialogue that goes on from a reply which no panel has heard begins with the panel.
"""

from collections.abc import Mapping, Sequence

from langgraph.graph import END, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer, Send

from r2s.graphs.judging import Judging
from r2s.graphs.questioning import Questioning
from r2s.graphs.responding import Responding, answer_of, is_pruned
from r2s.graphs.review_team import ReviewTeam
from r2s.graphs.state import DialogueEnd, DialogueState, Entry, ReviewerState
from r2s.graphs.steps import add_entries, add_step
from r2s.graphs.team import Rules

ENTRIES: Mapping[Entry, str] = {"next": "seed", "say": "candidate", "again": "candidate"}


def review_graph(team: ReviewTeam, rules: Rules, checkpointer: Checkpointer = None) -> CompiledStateGraph:
    """The state machine of one examination: an opening state in, the finished nodes and how it ended out."""
    questioning, responding, judging = Questioning(team, rules), Responding(team, rules), Judging(team, rules)

    def reviewers(state: DialogueState) -> str | Sequence[Send]:
        if is_pruned(state):
            return "chairman"
        return [Send("reviewer", {**state, "seat": seat}) for seat in range(len(team.reviewers))] or "verdict"

    def begun(state: DialogueState) -> str | Sequence[Send]:
        answer = answer_of(state)
        if answer is None:
            return "candidate"
        return "chairman" if answer.chair else reviewers(state)

    graph = StateGraph(DialogueState, output_schema=DialogueEnd)
    add_step(graph, "seed", questioning.seed, begun, ("candidate", "reviewer", "verdict", "chairman", END))
    add_step(graph, "candidate", responding.candidate, reviewers, ("reviewer", "verdict", "chairman", END))
    graph.add_node("reviewer", judging.reviewer, input_schema=ReviewerState)
    graph.add_edge("reviewer", "verdict")
    add_step(graph, "verdict", judging.verdict, lambda state: "chairman", ("chairman", END))
    add_step(graph, "chairman", questioning.chairman, lambda state: "candidate", ("candidate", END))
    add_entries(graph, ENTRIES)
    return graph.compile(checkpointer=checkpointer, name="review")
