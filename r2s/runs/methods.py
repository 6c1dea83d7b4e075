"""The methods by name: the graph of each, what it plays on, which roles play in it, and how often it asks a model."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.agents.answerer import Answerer
from r2s.agents.ask import template
from r2s.agents.asker import Asker
from r2s.agents.exchange import SAMPLING
from r2s.agents.gllm import Gllm, gllm_prompt
from r2s.agents.prompts import Prompts
from r2s.agents.writer import Style, Writer, writer_prompt
from r2s.config import RunConfig
from r2s.documents import Document, DocumentFailure, ReadNote, Takes, read_starts
from r2s.graphs.cod_review import cod_review_graph
from r2s.graphs.one_call import one_call_graph
from r2s.graphs.reflection import critics, exchanges, reflection_graph
from r2s.graphs.review import review_graph
from r2s.graphs.review_team import review_team
from r2s.graphs.self_chat import self_chat_graph
from r2s.graphs.team import Rules, most_calls_a_turn, team
from r2s.models.request import Model, Sampling, Template
from r2s.runs.learnt import learnt_form

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


def _turns_about(document: Document, config: RunConfig) -> Turns:
    """As many as there is to tell."""
    return Turns(min(config.turns, max(1, len(document.passages) // 2)), config.turns)


def _prompt_of_role(role: str, language: str, prompts: Prompts) -> Template:
    return template(role, language, prompts=prompts)


@dataclass(frozen=True)
class Method:
    """One way of making dialogues.

    `smooth` counts the calls of a dialogue in which nothing is asked twice and `most` those of one in which everything
    is, as often as policies allow; replies that cannot be read are on top. Without `is_cast` the caster has no part.
    `takes` says what it starts from and `turns` how many turns come of it. `reply_tokens` is the most that one reply
    may take; one reply is a whole dialogue where `is_whole`. `prompt` gives the template that a role is asked by, in a
    language, out of these prompts. `enters` says whether its graph can go on from any message of a finished tree.
    """

    build: Build
    roles: tuple[str, ...]
    smooth: Callable[[RunConfig], Calls]
    most: Callable[[RunConfig], Calls]
    is_cast: bool = True
    takes: Takes = "documents"
    turns: Callable[[Document, RunConfig], Turns] = _turns_about
    reply_tokens: Callable[[RunConfig], int] = lambda config: Sampling().max_tokens
    is_whole: bool = False
    prompt: Callable[[str, str, Prompts], Template] = _prompt_of_role
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
        evolving=policies.evolving,
        quorum=policies.quorum,
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


def _writer(style: Style) -> Method:
    def build(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
        settings = config.writer
        writer = Writer(model_of("writer"), style, settings.temperature, settings.max_tokens)
        return one_call_graph(
            writer, rules_of(config), longest_document=settings.longest_document, checkpointer=checkpointer
        )

    return _one_call(
        build,
        "writer",
        reply_tokens=lambda config: config.writer.max_tokens,
        prompt=lambda role, language, prompts: writer_prompt(style, language, prompts=prompts),
    )


def _one_call(build: Build, role: str, **facts: Any) -> Method:
    """A method whose dialogues are written whole, by this role."""
    return Method(
        build,
        (role,),
        smooth=lambda config: Calls(once=1),
        most=lambda config: Calls(once=config.policies.acceptance.attempts),
        is_cast=False,
        turns=lambda document, config: Turns(min(config.min_turns, config.turns), config.turns),
        is_whole=True,
        **facts,
    )


def _gllm(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
    settings = config.gllm
    sampling = Sampling(settings.temperature, settings.max_tokens, settings.top_p)
    writer = Gllm(model_of("gllm"), *learnt_form(config), sampling)
    return one_call_graph(
        writer, rules_of(config), longest_document=settings.longest_document, checkpointer=checkpointer
    )


def _self_chat(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
    answerer = Answerer(model_of("answerer"), config.self_chat.sees_document)
    return self_chat_graph(Asker(model_of("asker")), answerer, rules_of(config), checkpointer)


def _review(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
    players = review_team(model_of, reviewers=config.reviewers, personas=config.personas)
    return review_graph(players, rules_of(config), checkpointer)


def _review_smooth(config: RunConfig) -> Calls:
    """Candidate, reviewers and chairman; the seeder asks in the first turn what the chairman does not in the last."""
    return Calls(a_turn=2 + config.reviewers) if config.reviewers else Calls(once=2)


def _review_most(config: RunConfig) -> Calls:
    """Everybody asked as often as may be; an evolved question that is eliminated costs one more, and its answer."""
    attempts = config.policies.acceptance.attempts
    rounds = 2 if config.policies.evolving.kind == "evol" else 1
    asked = 2 * attempts
    return Calls(a_turn=rounds * asked + config.reviewers) if config.reviewers else Calls(once=asked)


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
    "cod_review": Method(_cod_review, (*_PLAYERS, "reviewer", "chairman"), _cod_smooth, _cod_most, enters=True),
    "cod": Method(_cod_review, _PLAYERS, _cod_smooth, _cod_most, enters=True),
    "direct": _writer("direct"),
    "cot": _writer("cot"),
    "cod_single": _writer("cod_single"),
    "gllm": _one_call(
        _gllm,
        "gllm",
        reply_tokens=lambda config: config.gllm.max_tokens,
        # The reply's form depends on the layout, the task's words hardly.
        prompt=lambda role, language, prompts: gllm_prompt(language, "full"),
    ),
    "self_chat": Method(
        _self_chat,
        ("asker", "answerer"),
        smooth=lambda config: Calls(a_turn=2),
        most=lambda config: Calls(a_turn=2 * config.policies.acceptance.attempts),
    ),
    "review": Method(
        _review,
        ("seeder", "respondent", "critic", "questioner"),
        _review_smooth,
        _review_most,
        is_cast=False,
        takes="either",
    ),
    "reflection": Method(
        _reflection,
        ("instruction_critic", "response_critic"),
        _reflection_calls,
        _reflection_calls,
        is_cast=False,
        takes="pairs",
        turns=_turns_there,
        reply_tokens=lambda config: SAMPLING.max_tokens,
    ),
}
