"""Events of a run as its watchers hear them."""

from typing import Any

STARTED: dict[str, Any] = {
    "run": "r1",
    "method": "cod_review",
    "models": {"default": "openai:mock"},
    "dialogues": 10,
    "turns": 8,
    "concurrency": 4,
    "trees": 1,
    "failed": 1,
}
ENDED: dict[str, Any] = {"status": "finished", "message": ""}


def turn(document: str, number: int) -> dict[str, Any]:
    return {
        "document": document,
        "dialogue": f"{document}/7",
        "turn": number,
        "type": "question-answer",
        "said": f"What about {document}?",
        "reply": "Much.",
        "decision": None,
    }


def call(document: str, number: int = 1, **more: Any) -> dict[str, Any]:
    facts = {
        "key": "k",
        "dialogue": f"{document}/7",
        "turn": number,
        "speaker": "user",
        "model": "openai:mock",
        "seconds": 0.5,
        "prompt_tokens": 100,
        "completion_tokens": 10,
        "finish": "stop",
    }
    return {**facts, **more}


def finished(document: str, turns: int, cost: float | None = 0.5) -> dict[str, Any]:
    return {
        "document": document,
        "dialogue": f"{document}/7",
        "tree": "t",
        "turns": turns,
        "calls": turns,
        "prompt_tokens": 100 * turns,
        "completion_tokens": 10 * turns,
        "cost_usd": cost,
    }


def failed(document: str) -> dict[str, Any]:
    return {
        "document": document,
        "replicate": 0,
        "kind": "turn",
        "message": "nobody spoke",
        "dialogue": f"{document}/7",
    }
