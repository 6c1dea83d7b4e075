"""A method: the graph that plays it, what it plays on, which roles play in it, and how often it asks a model."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.agents.ask import template
from r2s.agents.prompts import Prompts
from r2s.config import RunConfig
from r2s.documents import Document, Takes
from r2s.graphs.state import DialogueState, Entry
from r2s.graphs.team import Rules
from r2s.models.request import Model, Sampling, Template
from r2s.trees.node import Stop

ModelOf = Callable[[str], Model]
Build = Callable[[RunConfig, ModelOf, Checkpointer], CompiledStateGraph]


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


def turns_about(document: Document, config: RunConfig) -> Turns:
    """As many as there is to tell."""
    return Turns(min(config.turns, max(1, len(document.passages) // 2)), config.turns)


def _prompt_of_role(role: str, language: str, prompts: Prompts) -> Template:
    return template(role, language, prompts=prompts)


@dataclass(frozen=True)
class Method:
    """One way of making dialogues.

    `smooth` counts the calls of a dialogue in which nothing is asked twice and `most` those of one in which everything
    is, as often as policies allow; replies that cannot be read are on top. Of the smooth ones, what a document brings
    with it saves `saved`. Without `is_cast` the caster has no part.
    `takes` says what it starts from and `turns` how many turns come of it. `reply_tokens` is the most that one reply
    may take; one reply is a whole dialogue where `is_whole`. `prompt` gives the template that a role is asked by, in a
    language, out of these prompts.

    `enters` are the ways in which its graph goes on from a message of a finished tree, whatever method that is by:
    `before_it` counts the calls that this takes before the first turn, and `stop` says whether a dialogue that stands
    so is over. `branches` tells whether branching policies have a say in it.
    """

    build: Build
    roles: tuple[str, ...]
    smooth: Callable[[RunConfig], Calls]
    most: Callable[[RunConfig], Calls]
    saved: Callable[[Document], int] = lambda document: 0
    is_cast: bool = True
    takes: Takes = "documents"
    turns: Callable[[Document, RunConfig], Turns] = turns_about
    reply_tokens: Callable[[RunConfig], int] = lambda config: Sampling().max_tokens
    is_whole: bool = False
    prompt: Callable[[str, str, Prompts], Template] = _prompt_of_role
    enters: Collection[Entry] = ()
    before_it: Callable[[DialogueState, RunConfig], int] = lambda state, config: 0
    stop: Callable[[DialogueState, Rules], Stop | None] = lambda state, rules: None
    branches: bool = False

    def starts_from(self, document: Document) -> bool:
        """Whether there is in it what the method starts from."""
        return bool(document.text if self.takes == "documents" else document.text or document.messages)


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
        evolving=policies.evolving,
        quorum=policies.quorum,
    )
