"""What a run would call and cost: what is likely, and a bound that it stays under. No model is asked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from r2s.agents.ask import template
from r2s.config import RunConfig
from r2s.documents import Document, ReadNote
from r2s.models.language_model import ATTEMPTS
from r2s.models.prices import price_of
from r2s.models.request import Sampling
from r2s.runs.methods import METHODS, Calls, read_for

# Characters that a token holds: usually, and at the least with any tokenizer in use.
USUAL_CHARACTERS = {"en": 4.0, "zh": 1.4}
FEWEST_CHARACTERS = {"en": 2.5, "zh": 0.6}
# What one exchange adds to the transcript, in characters, and what one reply takes, in tokens: usually.
EXCHANGE_CHARACTERS = {"en": 550, "zh": 180}
REPLY_TOKENS = 150


@dataclass(frozen=True)
class Amount:
    """Calls, tokens and money; unknown money is null."""

    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None


@dataclass(frozen=True)
class Estimate:
    """What a smooth run takes, from `low` to `high`, and what it takes `at_most`, with every retry and rewrite.

    `notes` say how the documents were read.
    """

    documents: int
    unreadable: int
    dialogues: int
    low: Amount
    high: Amount
    at_most: Amount
    notes: tuple[ReadNote, ...] = ()


def estimate(paths: Sequence[Path | str], config: RunConfig) -> Estimate:
    """Read the documents, play nothing."""
    notes: list[ReadNote] = []
    read = list(_sizes(paths, config, notes.append))
    sizes = [size for size in read if size is not None]
    smooth, most = METHODS[config.method].smooth(config), _most_calls(config)
    low = [_amount(size, size.fewest_turns, smooth, USUAL_CHARACTERS, REPLY_TOKENS) for size in sizes]
    played = _most_turns(config)
    high = [_amount(size, config.turns, smooth, USUAL_CHARACTERS, REPLY_TOKENS, played) for size in sizes]
    bound = [_amount(size, config.turns, most, FEWEST_CHARACTERS, Sampling().max_tokens, played) for size in sizes]
    return Estimate(
        documents=len(sizes),
        unreadable=len(read) - len(sizes),
        dialogues=len(sizes) * config.dialogues,
        low=_total(low, config),
        high=_total(high, config),
        at_most=_total(bound, config),
        notes=tuple(notes),
    )


@dataclass(frozen=True)
class _Size:
    """What of a document decides what it takes: its language, its length in prompts, and how much there is to tell."""

    language: str
    prompt_characters: int
    fewest_turns: int


def _sizes(paths: Sequence[Path | str], config: RunConfig, tell: Callable[[ReadNote], None]) -> Iterable[_Size | None]:
    for document in read_for(paths, config, tell):
        yield _size(document, config) if isinstance(document, Document) else None


def _size(document: Document, config: RunConfig) -> _Size:
    language = document.language
    prompts = [template(role, language) for role in METHODS[config.method].roles]
    longest = max(len(prompt.instructions) + len(prompt.standing) + len(prompt.moment) for prompt in prompts)
    marks = 8 * len(document.passages)
    return _Size(
        language=language,
        prompt_characters=longest + len(document.text) + marks,
        fewest_turns=min(config.turns, max(1, len(document.passages) // 2)),
    )


def _amount(
    size: _Size, turns: int, asked: Calls, characters: dict[str, float], reply_tokens: int, played: int = 0
) -> tuple[int, int, int]:
    """Calls, prompt tokens and completion tokens of one dialogue, its transcript growing turn by turn.

    Where it branches, `played` turns of the whole tree are reckoned as long as its last ones.
    """
    calls = asked.once + max(turns, played) * asked.a_turn
    exchanges = turns * played if played > turns else turns * (turns + 1) // 2
    said = EXCHANGE_CHARACTERS[size.language] * exchanges
    if characters is FEWEST_CHARACTERS:
        said = round(2 * reply_tokens * characters[size.language] * exchanges)
    prompt = (calls * size.prompt_characters + asked.a_turn * said) / characters[size.language]
    return calls, round(prompt), calls * reply_tokens


def _total(amounts: Sequence[tuple[int, int, int]], config: RunConfig) -> Amount:
    calls, prompt, completion = (
        (config.dialogues * sum(column) for column in zip(*amounts, strict=True)) if amounts else (0, 0, 0)
    )
    if not _asks_language_models(config):
        return Amount(calls, 0, 0, 0.0)
    return Amount(calls, prompt, completion, _cost(prompt, completion, config))


def _cost(prompt: int, completion: int, config: RunConfig) -> float | None:
    """At the price of the dearest model that plays, null where one has no known price."""
    names = set(config.known_models.values()) - {"extractive"}
    prices = [price_of(name, config.prices) for name in names]
    known = [price.cost(prompt, completion) for price in prices if price is not None]
    return round(max(known), 4) if len(known) == len(prices) else None


def _most_turns(config: RunConfig) -> int:
    """The most turns played in a tree: those of one dialogue, or as many as fit where it branches."""
    method = METHODS[config.method]
    calls = max(1, method.smooth(config).a_turn)
    branching = config.policies.branching
    return branching.most_turns(config.turns, 1 + config.candidates, calls) if method.enters else config.turns


def _asks_language_models(config: RunConfig) -> bool:
    return set(config.models.values()) != {"extractive"}


def _most_calls(config: RunConfig) -> Calls:
    """The most calls of a dialogue: the cast developed, and every reply asked for until it can be read."""
    method, policies = METHODS[config.method], config.policies
    casting = policies.acceptance.attempts if method.is_cast and policies.casting.develop else 0
    most, attempts = method.most(config), ATTEMPTS if _asks_language_models(config) else 1
    return Calls(once=attempts * (most.once + casting), a_turn=attempts * most.a_turn)
