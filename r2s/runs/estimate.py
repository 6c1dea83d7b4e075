"""What a run would call and cost: what is likely, and a bound that it stays under. No model is asked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from r2s.agents.prompts import SHIPPED, Prompts
from r2s.config import RunConfig
from r2s.documents import Document, ReadNote
from r2s.models.language_model import ATTEMPTS
from r2s.models.names import is_person
from r2s.models.prices import price_of
from r2s.runs.methods import METHODS, Calls, Turns, read_for

# Characters that a token holds: usually, and at the least with any tokenizer in use.
USUAL_CHARACTERS = {"en": 4.0, "zh": 1.4}
FEWEST_CHARACTERS = {"en": 2.5, "zh": 0.6}
# What one exchange adds to the transcript, in characters, and what one reply takes, in tokens: usually.
EXCHANGE_CHARACTERS = {"en": 550, "zh": 180}
REPLY_TOKENS = 150
# What a turn takes, with what is thought in it, where one reply is a whole dialogue.
WHOLE_TURN_TOKENS = 200


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
    smooth, most, played = METHODS[config.method].smooth(config), _most_calls(config), _most_turns(config)
    low = [_amount(size, size.turns.fewest, size.asked(smooth), USUAL_CHARACTERS, config) for size in sizes]
    high = [_amount(size, size.turns.most, size.asked(smooth), USUAL_CHARACTERS, config, played) for size in sizes]
    bound = [_amount(size, size.turns.most, most, FEWEST_CHARACTERS, config, played) for size in sizes]
    return Estimate(
        documents=len(sizes),
        unreadable=len(read) - len(sizes),
        dialogues=len(sizes) * config.dialogues,
        low=_total(low, config),
        high=_total(high, config),
        at_most=_total(bound, config),
        notes=tuple(notes),
    )


def going_on(document: Document, config: RunConfig, *, turns: int, before: int, asked: Calls) -> Amount:
    """What a smooth dialogue takes that goes on for so many turns after those `before`."""
    size = _size(document, config, config.prompts.read() if config.prompts else SHIPPED)
    amount = _amount(size, turns, asked, USUAL_CHARACTERS, config, before=before)
    return _total([amount], config.model_copy(update={"dialogues": 1}))


@dataclass(frozen=True)
class _Size:
    """What of a document decides what it takes: its language, its length in prompts, and how much there is to tell.

    Of the calls of a dialogue in which nothing is asked twice it saves `saved`.
    """

    language: str
    prompt_characters: int
    turns: Turns
    saved: int

    def asked(self, smooth: Calls) -> Calls:
        return replace(smooth, once=smooth.once - self.saved)


def _sizes(paths: Sequence[Path | str], config: RunConfig, tell: Callable[[ReadNote], None]) -> Iterable[_Size | None]:
    prompts = config.prompts.read() if config.prompts else SHIPPED
    for document in read_for(paths, config, tell):
        yield _size(document, config, prompts) if isinstance(document, Document) else None


def _size(document: Document, config: RunConfig, prompts: Prompts) -> _Size:
    language = document.language
    method = METHODS[config.method]
    templates = [method.prompt(role, language, prompts) for role in method.roles]
    longest = max(len(prompt.instructions) + len(prompt.standing) + len(prompt.moment) for prompt in templates)
    marks, said = 8 * len(document.passages), sum(len(message.text) for message in document.messages)
    return _Size(
        language=language,
        prompt_characters=longest + len(document.text) + marks + said,
        turns=method.turns(document, config),
        saved=method.saved(document),
    )


def _amount(
    size: _Size,
    turns: int,
    asked: Calls,
    characters: dict[str, float],
    config: RunConfig,
    played: int = 0,
    before: int = 0,
) -> tuple[int, int, int]:
    """Calls, prompt tokens and completion tokens of one dialogue, its transcript growing turn by turn from `before`.

    Where it branches, `played` turns of the whole tree are reckoned as long as its last ones.
    """
    calls = asked.once + max(turns, played) * asked.a_turn
    reply_tokens = _reply_tokens(turns, characters, config)
    exchanges = turns * played if played > turns else turns * (turns + 1 + 2 * before) // 2
    said = EXCHANGE_CHARACTERS[size.language] * exchanges
    if characters is FEWEST_CHARACTERS:
        said = round(2 * reply_tokens * characters[size.language] * exchanges)
    prompt = (calls * size.prompt_characters + asked.a_turn * said) / characters[size.language]
    return calls, round(prompt), calls * reply_tokens


def _reply_tokens(turns: int, characters: dict[str, float], config: RunConfig) -> int:
    """What one reply takes: usually, or at the most where the fewest characters a token are reckoned with."""
    method = METHODS[config.method]
    longest = method.reply_tokens(config)
    usual = WHOLE_TURN_TOKENS * turns if method.is_whole else REPLY_TOKENS
    return longest if characters is FEWEST_CHARACTERS else min(longest, usual)


def _total(amounts: Sequence[tuple[int, int, int]], config: RunConfig) -> Amount:
    calls, prompt, completion = (
        (config.dialogues * sum(column) for column in zip(*amounts, strict=True)) if amounts else (0, 0, 0)
    )
    if not _asks_language_models(config):
        return Amount(calls, 0, 0, 0.0)
    return Amount(calls, prompt, completion, _cost(prompt, completion, config))


def _cost(prompt: int, completion: int, config: RunConfig) -> float | None:
    """At the price of the dearest model that plays, null where one has no known price."""
    prices = [price_of(name, config.prices) for name in {*config.known_models.values()}]
    known = [price.cost(prompt, completion) for price in prices if price is not None]
    return round(max(known, default=0.0), 4) if len(known) == len(prices) else None


def _most_turns(config: RunConfig) -> int:
    """The most turns played in a tree that branches, as many as fit; 0 where none can."""
    method = METHODS[config.method]
    calls = max(1, method.smooth(config).a_turn)
    branching = config.policies.branching
    return branching.most_turns(config.turns, 1 + config.candidates, calls) if method.branches else 0


def _asks_language_models(config: RunConfig) -> bool:
    return any(map(_is_language_model, config.named_models.values()))


def _is_language_model(name: str) -> bool:
    return name != "extractive" and not is_person(name)


def _most_calls(config: RunConfig) -> Calls:
    """The most calls of a dialogue: the cast developed, and every reply asked for until it can be read."""
    method, policies = METHODS[config.method], config.policies
    casting = policies.acceptance.attempts if method.is_cast and policies.casting.develop else 0
    most, attempts = method.most(config), ATTEMPTS if _asks_language_models(config) else 1
    return Calls(once=attempts * (most.once + casting), a_turn=attempts * most.a_turn)
