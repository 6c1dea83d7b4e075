"""A configuration made into a graph that plays its method."""

from collections.abc import Callable
from dataclasses import replace

from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.config import RunConfig
from r2s.graphs.cod_review import cod_review_graph
from r2s.graphs.team import Rules, team
from r2s.models.request import Model


def method_graph(
    config: RunConfig, model_of: Callable[[str], Model], checkpointer: Checkpointer = None
) -> CompiledStateGraph:
    """The graph of the configured method; `model_of` gives the model of a role."""
    players = team(
        model_of,
        reviewers=0 if config.method == "cod" else config.reviewers,
        candidates=config.candidates,
        personas=config.personas,
        find=config.find,
    )
    return cod_review_graph(players, rules_of(config), checkpointer)


def rules_of(config: RunConfig) -> Rules:
    """The policies and bounds of a dialogue as configured; a short dialogue lowers the least number of turns."""
    policies = config.policies
    return replace(
        Rules(),
        min_turns=min(config.min_turns, config.turns),
        max_turns=config.turns,
        logic=policies.logic,
        acceptance=policies.acceptance,
        consensus=policies.consensus,
        steering=policies.steering,
        revision=policies.revision,
        stop=policies.stop,
    )
