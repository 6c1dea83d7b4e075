"""What the mock server says as a trained GLLM: a turn about each sentence of the document that the prompt holds."""

import re
from typing import Any

import orjson

from benchmarks.mock_phrases import ANSWERS, ANSWERS_ZH, OPENINGS, OPENINGS_ZH
from r2s.trees.gllm import Characters, Exchange, GllmDialogue, turn_of
from r2s.trees.node import Evidence, Plan

_PASSAGE = re.compile(r"^\[(p\d+)\] (.+)$", re.MULTILINE)
_SENTENCE = re.compile(r"[^\n.。]{4,}[.。]")
FEWEST = 8


def is_asked(text: str) -> bool:
    """Whether a prompt is one that a GLLM is trained on."""
    return text.startswith('{"lang":')


def write(text: str, number: int) -> str:
    """The reply to such a prompt, in the layout of its document."""
    settings, document = text.split("\n", 1)
    numbered = _PASSAGE.findall(document)
    told = numbered or [("", sentence) for sentence in _SENTENCE.findall(document)]
    asked: dict[str, Any] = orjson.loads(settings)
    count = max(len(numbered), asked.get("min_turns", FEWEST))
    exchanges = [_exchange(turn, told[turn % len(told)], asked["lang"], number) for turn in range(count)]
    turns = tuple(turn_of(exchange, "brief" if numbered else "full") for exchange in exchanges)
    return GllmDialogue(characters=Characters(A="a friend", B="a guide"), turns=turns).to_json()


def _exchange(turn: int, told: tuple[str, str], lang: str, number: int) -> Exchange:
    passage, quote = told
    openings, answers = (OPENINGS, ANSWERS) if lang == "en" else (OPENINGS_ZH, ANSWERS_ZH)
    asked, answered = openings[turn % len(openings)], answers[turn % len(answers)]
    evidence = Evidence(passage=passage, start=0, end=0, quote=quote.strip(), match="exact")
    plan = Plan(type="question-answer", progress="continues", process="asks and answers", purpose="to go on")
    return Exchange(
        turn + 1, f"{asked.replace('{}', 'it')} {turn} {number % 97}", f"{answered}{quote}", plan, [evidence]
    )
