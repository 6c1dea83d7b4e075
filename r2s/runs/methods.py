"""The methods by name: the graph of each, what it plays on, which roles play in it, and how often it asks a model."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.agents.exchange import SAMPLING
from r2s.config import RunConfig
from r2s.documents import Document, DocumentFailure, ReadOptions, read_documents
from r2s.documents.spoken import read_spoken
from r2s.graphs.cod_review import cod_review_graph
from r2s.graphs.reflection import critics, exchanges, reflection_graph
from r2s.graphs.team import Rules, team
from r2s.models.request import Model, Sampling

ModelOf = Callable[[str], Model]


class Read(Protocol):
    """Reads what a method plays on: raw texts, or what was said before."""

    def __call__(
        self, paths: Sequence[Path | str], *, limit: int | None, options: ReadOptions
    ) -> Iterator[Document | DocumentFailure]: ...


@dataclass(frozen=True)
class Turns:
    """How many turns a dialogue is likely to have, and how many it has at the most."""

    fewest: int
    most: int


@dataclass(frozen=True)
class Calls:
    """How often one dialogue asks a model: once, and again in each turn."""

    once: int = 0
    a_turn: int = 0


def _turns_about(document: Document, config: RunConfig) -> Turns:
    """As many as there is to tell."""
    return Turns(min(config.turns, max(1, len(document.passages) // 2)), config.turns)


@dataclass(frozen=True)
class Method:
    """One way of making dialogues.

    `smooth` counts the calls of a dialogue in which nothing is asked twice and `most` those of one in which everything
    is, as often as policies allow; replies that cannot be read are on top. Without `is_cast` the caster has no part.
    `turns` are those of a dialogue about a document, and `reply_tokens` is the most that one reply may take.
    """

    build: Callable[[RunConfig, ModelOf, Checkpointer], CompiledStateGraph]
    roles: tuple[str, ...]
    smooth: Callable[[RunConfig], Calls]
    most: Callable[[RunConfig], Calls]
    is_cast: bool = True
    read: Read = read_documents
    turns: Callable[[Document, RunConfig], Turns] = _turns_about
    reply_tokens: int = Sampling().max_tokens


def method_graph(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer = None) -> CompiledStateGraph:
    """The graph of the configured method; `model_of` gives the model of a role."""
    return METHODS[config.method].build(config, model_of, checkpointer)


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
    """Everybody asked as often as may be, the reply rewritten, and checked once more."""
    attempts, reviewers = config.policies.acceptance.attempts, _reviewers(config)
    panel = reviewers + 1 + attempts + 1 if reviewers else 0
    return Calls(a_turn=attempts * (2 + config.candidates) + panel)


def _reflection(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
    return reflection_graph(critics(model_of), config.policies.reflection, checkpointer=checkpointer)


def _reflection_calls(config: RunConfig) -> Calls:
    """Each phase once, in each of its turns."""
    policy = config.policies.reflection
    instructions = int(policy.instruction)
    if policy.rewrite_user:
        return Calls(a_turn=instructions + policy.response)
    return Calls(once=instructions, a_turn=int(policy.response))


def _turns_there(document: Document, config: RunConfig) -> Turns:
    """Those that were said."""
    said = len(exchanges(document))
    return Turns(said, said)


_PLAYERS = ("planner", "user", "candidate", "assistant")

METHODS: dict[str, Method] = {
    "cod_review": Method(_cod_review, (*_PLAYERS, "reviewer", "chairman"), _cod_smooth, _cod_most),
    "cod": Method(_cod_review, _PLAYERS, _cod_smooth, _cod_most),
    "reflection": Method(
        _reflection,
        ("instruction_critic", "response_critic"),
        _reflection_calls,
        _reflection_calls,
        is_cast=False,
        read=read_spoken,
        turns=_turns_there,
        reply_tokens=SAMPLING.max_tokens,
    ),
}
