"""What a run would call: an upper bound that a run stays under, and what it is likely to take. No model is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from r2s.agents.ask import template
from r2s.config import RunConfig
from r2s.documents import Document, read_documents
from r2s.models.request import Sampling

# Characters a token holds, on the low side, so that the bound holds for any tokenizer in use.
CHARACTERS_A_TOKEN = {"en": 2.5, "zh": 0.6}
SPOKEN_CHARACTERS = {"en": 600, "zh": 240}
ROLES = ("planner", "user", "candidate", "reviewer", "chairman", "assistant")


@dataclass(frozen=True)
class Estimate:
    """Calls and tokens of a run: at least and at most what a smooth run takes, and the bound with all retries."""

    documents: int
    unreadable: int
    dialogues: int
    calls_low: int
    calls_high: int
    calls_at_most: int
    prompt_tokens_high: int
    completion_tokens_at_most: int
    cost_usd: float | None


def estimate(paths: Sequence[Path | str], config: RunConfig) -> Estimate:
    """Read the documents, play nothing."""
    documents = unreadable = 0
    calls_low = calls_high = prompt_tokens = 0
    for document in read_documents(paths, limit=config.documents.limit, options=config.documents):
        if not isinstance(document, Document):
            unreadable += 1
            continue
        documents += 1
        low, high = _turns(document, config)
        calls_low += low * _smooth_calls(config)
        calls_high += high * _smooth_calls(config)
        prompt_tokens += _prompt_tokens(document, high, config)
    dialogues = documents * config.dialogues
    at_most = dialogues * (config.turns * _most_calls(config) + int(config.policies.casting.develop))
    free = set(config.models.values()) == {"extractive"}
    return Estimate(
        documents=documents,
        unreadable=unreadable,
        dialogues=dialogues,
        calls_low=calls_low * config.dialogues,
        calls_high=calls_high * config.dialogues,
        calls_at_most=at_most,
        prompt_tokens_high=0 if free else prompt_tokens * config.dialogues,
        completion_tokens_at_most=0 if free else at_most * Sampling().max_tokens,
        cost_usd=0.0 if free else None,
    )


def _turns(document: Document, config: RunConfig) -> tuple[int, int]:
    """The fewest and the most turns that the document's matter is likely to give."""
    matter = max(1, len(document.passages))
    return min(config.turns, max(1, matter // 2)), config.turns


def _smooth_calls(config: RunConfig) -> int:
    """Calls of a turn in which nothing is asked twice: planner, user, candidates, reviewers and chairman."""
    panel = config.reviewers + 1 if _reviewed(config) else 0
    return 2 + config.candidates + panel


def _most_calls(config: RunConfig) -> int:
    """Calls of a turn in which everybody is asked as often as may be, and the reply is rewritten and checked again."""
    attempts = config.policies.acceptance.attempts
    rewrite = attempts + 1 if _reviewed(config) else 0
    return attempts * (2 + config.candidates) + (config.reviewers + 1 if _reviewed(config) else 0) + rewrite


def _reviewed(config: RunConfig) -> bool:
    return config.method == "cod_review" and config.reviewers > 0


def _prompt_tokens(document: Document, turns: int, config: RunConfig) -> int:
    """Prompt tokens of one dialogue: rules, document and a transcript that grows, in every call."""
    language = document.language
    task = max(len(template(role, language).task) for role in ROLES)
    fixed = len(template("planner", language).rules) + len(document.text) + task
    characters = sum(fixed + turn * SPOKEN_CHARACTERS[language] for turn in range(turns)) * _smooth_calls(config)
    return round(characters / CHARACTERS_A_TOKEN[language])
