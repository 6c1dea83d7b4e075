"""The baseline as reviewer and chairman: it scores what can be measured, and says so by name."""

from collections.abc import Mapping
from typing import Any

from r2s.documents.words import stems
from r2s.models.extractive.moves import Language
from r2s.models.request import Request
from r2s.trees.node import Node

# What each of the shipped reviewers looks at most: for that it asks half as much again, so that a panel can differ.
LENSES = {"fact-checker": "accuracy", "layperson": "relevance", "teacher": "depth", "domain-expert": "depth"}
STRICT = 1.5

# A spoken reply is seldom longer than this, in characters.
SPOKEN_LENGTH = {"en": 350, "zh": 120}


def review(request: Request[Any], language: Language) -> dict[str, Any]:
    """Scores of every draft from its overlap with the question and the evidence, its length and its repetition."""
    drafts = request.fields["drafts"].drafts
    rated = {label: rate(draft, request.said or "", request) for label, draft in drafts.items()}
    ranking = sorted(rated, key=lambda label: (-sum(rated[label].values()), len(drafts[label].text), label))
    return {"reviews": [_said(label, rated[label], language) for label in rated], "ranking": ranking}


def rate(draft: Node, said: str, request: Request[Any]) -> dict[str, int]:
    """Points from 1 to 5 for each criterion of a reply to what was said."""
    language, text = request.language, draft.text
    words, asked = set(stems(text, language)), set(stems(said, language))
    heard = {word for line in request.transcript for word in stems(line.text, language)}
    evidence = {word for span in draft.evidence for word in stems(span.quote, language)}
    measured = {
        "usefulness": (len(words - heard) / max(1, len(words)), 0.6),
        "relevance": (len(words & asked) / max(1, len(asked)), 0.4),
        "accuracy": (len(words & evidence) / max(1, len(words)), 0.6),
        "depth": (len(words), 40),
    }
    lens = LENSES.get(request.speaker.rstrip("-0123456789"), "usefulness")
    points = {name: _points(value, full * (STRICT if name == lens else 1)) for name, (value, full) in measured.items()}
    return {**points, "creativity": 3, "spoken": 5 if len(text) <= SPOKEN_LENGTH[language] else 3}


def _points(value: float, full: float) -> int:
    """1 to 5, in proportion to `full`, which is worth 5."""
    return 1 + round(4 * min(1.0, value / full))


def _said(label: str, scores: Mapping[str, int], language: Language) -> dict[str, Any]:
    names = {"usefulness": "repeats", "accuracy": "ungrounded", "spoken": "long"}
    weaknesses = [language.weakness(name) for criterion, name in names.items() if scores[criterion] <= 3]
    sound = scores["accuracy"] >= 3 and scores["usefulness"] >= 3
    return {
        "draft": label,
        "weaknesses": weaknesses,
        "suggestion": "",
        "vote": "positive" if sound else "negative",
        **scores,
    }


def decide(request: Request[Any], language: Language) -> dict[str, Any]:
    """The panel's choice put into words."""
    reviews = request.fields["kept"].reviews
    weaknesses = list(dict.fromkeys(weakness for review in reviews for weakness in review.weaknesses))
    return {"reason": language.reason(weaknesses), "advice": language.advice(request.fields["mode"])}
