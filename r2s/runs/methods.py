"""The methods by name: the graph of each, which roles play in it, and how often it asks a model."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.config import RunConfig
from r2s.documents import Document, DocumentFailure, ReadNote, Takes, read_starts
from r2s.graphs.cod_review import cod_review_graph
from r2s.graphs.team import Rules, most_calls_a_turn, team
from r2s.models.request import Model

ModelOf = Callable[[str], Model]


@dataclass(frozen=True)
class Calls:
    """How often one dialogue asks a model: once, and again in each turn."""

    once: int = 0
    a_turn: int = 0


@dataclass(frozen=True)
class Method:
    """One way of making dialogues.

    `smooth` counts the calls of a dialogue in which nothing is asked twice and `most` those of one in which everything
    is, as often as policies allow; replies that cannot be read are on top. Without `is_cast` the caster has no part.
    `takes` says what it starts from, `enters` whether its graph can go on from any message of a finished tree.
    """

    build: Callable[[RunConfig, ModelOf, Checkpointer], CompiledStateGraph]
    roles: tuple[str, ...]
    smooth: Callable[[RunConfig], Calls]
    most: Callable[[RunConfig], Calls]
    is_cast: bool = True
    takes: Takes = "documents"
    enters: bool = False


def method_graph(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer = None) -> CompiledStateGraph:
    """The graph of the configured method; `model_of` gives the model of a role."""
    return METHODS[config.method].build(config, model_of, checkpointer)


def read_for(
    paths: Sequence[Path | str], config: RunConfig, tell: Callable[[ReadNote], None] = lambda note: None
) -> Iterator[Document | DocumentFailure]:
    """What the configured method starts from, out of these files."""
    options = config.documents
    return read_starts(paths, METHODS[config.method].takes, limit=options.limit, options=options, tell=tell)


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
        branching=policies.branching,
        stop=policies.stop,
    )


def _cod_review(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
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


def _cod_smooth(config: RunConfig) -> Calls:
    """Planner, user and candidates, then reviewers and chairman."""
    reviewers = _reviewers(config)
    return Calls(a_turn=2 + config.candidates + (reviewers + 1 if reviewers else 0))


def _cod_most(config: RunConfig) -> Calls:
    attempts = config.policies.acceptance.attempts
    return Calls(a_turn=most_calls_a_turn(attempts, config.candidates, _reviewers(config)))


_PLAYERS = ("planner", "user", "candidate", "assistant")

METHODS: dict[str, Method] = {
    "cod_review": Method(_cod_review, (*_PLAYERS, "reviewer", "chairman"), _cod_smooth, _cod_most, enters=True),
    "cod": Method(_cod_review, _PLAYERS, _cod_smooth, _cod_most, enters=True),
}
