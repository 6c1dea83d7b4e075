"""Chain of dialogue logic, turn by turn: `cod_review` with a panel, `cod` without."""

from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.config import RunConfig
from r2s.graphs.answering import stop_after
from r2s.graphs.cod_review import ENTRIES, cod_review_graph
from r2s.graphs.team import most_calls_a_turn, team
from r2s.runs.methods.method import Calls, Method, ModelOf, rules_of


def _build(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
    players = team(
        model_of,
        reviewers=_reviewers(config),
        candidates=config.candidates,
        personas=config.personas,
        find=config.find,
    )
    return cod_review_graph(players, rules_of(config), checkpointer)


def _reviewers(config: RunConfig) -> int:
    return config.reviewers if config.method == "cod_review" else 0


def _smooth(config: RunConfig) -> Calls:
    """Planner, user and candidates, then reviewers and chairman."""
    reviewers = _reviewers(config)
    return Calls(a_turn=2 + config.candidates + (reviewers + 1 if reviewers else 0))


def _most(config: RunConfig) -> Calls:
    attempts = config.policies.acceptance.attempts
    return Calls(a_turn=most_calls_a_turn(attempts, config.candidates, _reviewers(config)))


def _method(*panel: str) -> Method:
    roles = ("planner", "user", "candidate", "assistant", *panel)
    return Method(_build, roles, _smooth, _most, enters=ENTRIES, stop=stop_after, branches=True)


COD_REVIEW = _method("reviewer", "chairman")
COD = _method()
