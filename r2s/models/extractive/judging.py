"""The baseline as judge: it counts words, which is not judging, and everything that shows its scores says so."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from r2s.documents.words import stems
from r2s.models.extractive.moves import Language
from r2s.models.prompt import Line
from r2s.models.request import Request

# What is worth the full score: so many new words of a user's message, such a share of a reply's words, and so on.
_FULL = {"info": 12.0, "us": 0.4, "uf": 0.7, "fd": 0.6, "fl": 0.5, "cs": 1.0, "co": 0.4, "ia": 0.5}
# Words in which somebody shows what they feel or want; as they are said, not stemmed.
_FEELING = {
    "en": ("thank", "glad", "sorry", "love", "hope", "afraid", "worr", "wish", "wonder", "like", "!", "feel"),
    "zh": (
        "谢",
        "謝",
        "喜欢",
        "喜歡",
        "希望",
        "担心",
        "擔心",
        "高兴",
        "高興",
        "想",
        "怕",
        "好奇",
        "！",
        "觉得",
        "覺得",
    ),
}


def judge(request: Request[Any], language: Language) -> dict[str, Any]:
    """Scores from what words have in common: with the question, with the document, with what was said before."""
    lines, spoken = request.transcript, request.language
    document = set(stems(request.document.text, spoken)) if request.document else set()
    turns = list(zip(lines[::2], lines[1::2], strict=False))
    heard: set[str] = set()
    judged = []
    for number, (said, reply) in enumerate(turns, 1):
        asked, answered = set(stems(said.text, spoken)), set(stems(reply.text, spoken))
        judged.append(_turn(number, asked, answered, heard, document))
        heard |= asked | answered
    return {"turns": judged, "overall": _overall(lines, spoken)}


def battle(request: Request[Any], language: Language) -> dict[str, Any]:
    """Points for each side's share of words that it has not used before; blind to order and to sense."""
    shown = request.fields["dialogues"]
    scores = [_fresh(lines, request.language) for lines in (shown.first, shown.second)]
    return {"score_a": scores[0], "score_b": scores[1]}


def _fresh(lines: Sequence[Line], language: str) -> float:
    said = [word for line in lines if line.speaker == "assistant" for word in stems(line.text, language)]
    return 1.0 + round(9 * len(set(said)) / max(1, len(said)))


def _turn(number: int, asked: set[str], answered: set[str], heard: set[str], document: set[str]) -> dict[str, Any]:
    own = answered - asked
    return {
        "turn": number,
        "fault": "",
        "info": _points("info", len(asked - heard)),
        "us": _points("us", _share(asked & answered, asked)),
        "uf": _points("uf", _share(own - heard, answered)),
        "fd": _points("fd", _share(answered & document, answered)) if answered & document else "N/A",
        "fl": _points("fl", _share(own - document, answered)),
    }


def _overall(lines: Sequence[Line], language: str) -> dict[str, Any]:
    words = [set(stems(line.text, language)) for line in lines]
    links = [_share(before & after, after) for before, after in pairwise(words)]
    feeling = [any(sign in line.text.lower() for sign in _FEELING[language]) for line in lines]
    return {
        "fault": "",
        "cs": _points("cs", len({line.text for line in lines}) / max(1, len(lines))),
        "co": _points("co", sum(links) / max(1, len(links))),
        "ia": _points("ia", sum(feeling) / max(1, len(feeling))),
    }


def _share(part: set[str], whole: set[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _points(name: str, value: float) -> float:
    """0 to 5 in halves, in proportion to what is worth 5."""
    return round(10 * min(1.0, value / _FULL[name])) / 2
