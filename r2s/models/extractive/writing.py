"""The baseline as writer: a whole dialogue from the moves that its planner would choose, one after the other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from r2s.documents.document import Document
from r2s.documents.quotes import find_quote
from r2s.documents.scripts import to_traditional
from r2s.documents.subject import subject_of
from r2s.models.extractive.moves import Language, Move
from r2s.models.extractive.playing import PROCESSES, choose, document_of, key_phrases
from r2s.models.prompt import Line
from r2s.models.request import Request
from r2s.seeds import derive_seed, generator
from r2s.trees.coverage import uncovered_passages
from r2s.trees.gllm import Exchange, turn_of
from r2s.trees.node import LOGIC_TYPES, Evidence, LogicType, Node, Plan

CHARACTERS = {
    "en": {"A": "somebody who wants to know about {subject}", "B": "an assistant who has read up on it"},
    "zh": {"A": "想了解{subject}的人", "B": "查过资料的助手"},
}
GOALS = {"en": "I would like to know more about {subject}.", "zh": "我想了解一下{subject}。"}


def write(request: Request[Any], language: Language) -> dict[str, Any]:
    """The dialogue with all that any style writes down; a style's form takes what it has a place for."""
    return _dialogue(list(_moves(request, language)), request, language)


def write_as_gllm(request: Request[Any], language: Language) -> dict[str, Any]:
    """The same dialogue in the form of a trained GLLM, for which the baseline stands in."""
    document, moves = document_of(request), list(_moves(request, language))
    told, is_planned = _dialogue(moves, request, language), request.fields["thoughts"]
    exchanges = [_exchange(turn, move, document, is_planned) for turn, move in zip(told["turns"], moves, strict=True)]
    turns = [turn_of(exchange, request.fields["layout"]).model_dump() for exchange in exchanges]
    return {"characters": told["characters"], "turns": turns}


def _dialogue(moves: Sequence[Move], request: Request[Any], language: Language) -> dict[str, Any]:
    document = document_of(request)
    characters = {name: _told(text, document) for name, text in CHARACTERS[request.language].items()}
    turns = [_turn(number, move, len(moves), request.language) for number, move in enumerate(moves, 1)]
    if turns:
        turns[0]["A"] = language.opening(_told(GOALS[request.language], document), moves[0].says)
    return {"characters": characters, "turns": turns}


def _exchange(turn: dict[str, Any], move: Move, document: Document, is_planned: bool) -> Exchange:
    phrases = tuple(turn["thought"]["search"])
    plan = Plan(type=move.type, key_phrases=phrases, **turn["chain"]) if is_planned else None
    return Exchange(turn["id"], turn["A"], turn["B"], plan, tuple(_evidence(document, move.quotes)))


def _moves(request: Request[Any], language: Language) -> Iterator[Move]:
    """Move upon move, each of the type that was least used and about what no reply has conveyed yet."""
    document, told, transcript = document_of(request), list[Node](), tuple[Line, ...]()
    used = Counter[LogicType]()
    for turn in range(1, request.fields["max_turns"] + 1):
        fields = {"types": _wanted(used, derive_seed(request.seed, turn))}
        moment = replace(request, transcript=transcript, fields=fields, seed=derive_seed(request.seed, turn))
        chosen = choose(document, uncovered_passages(document.passages, told), moment, language)
        move = chosen[1] if chosen else None if told else language.answer(document, document.passages, language.opener)
        if move is None:
            return
        yield move
        used[move.type] += 1
        told.append(_conveyed(document, move, turn))
        transcript = (*transcript, Line("user", move.says), Line("assistant", move.replies[0]))


def _wanted(used: Counter[LogicType], seed: int) -> list[LogicType]:
    types = generator(seed).sample(LOGIC_TYPES, len(LOGIC_TYPES))
    return sorted(types, key=lambda type: used[type])


def _conveyed(document: Document, move: Move, turn: int) -> Node:
    """The reply as a message, for what it covers."""
    evidence = tuple(_evidence(document, move.quotes))
    return Node(
        id=str(turn),
        parent=None,
        order=0,
        turn=turn,
        role="assistant",
        agent="writer",
        text=move.replies[0],
        evidence=evidence,
        seed=0,
    )


def _evidence(document: Document, quotes: Sequence[tuple[str, str]]) -> Iterator[Evidence]:
    for id, quote in quotes:
        passage = document.passages_by_id[id]
        if span := find_quote(quote, document.text, passage.start, passage.end):
            yield Evidence(passage=id, start=span.start, end=span.end, quote=quote, match=span.match)


def _turn(number: int, move: Move, count: int, language: str) -> dict[str, Any]:
    progress = "starts" if number == 1 else "ends" if number == count else "continues"
    quotes = [quote for _, quote in move.quotes]
    return {
        "id": number,
        "A": move.says,
        "thought": {"type": move.type, "search": key_phrases(move, language), "find": quotes},
        "B": move.replies[0],
        "chain": {"progress": progress, "process": PROCESSES[language][move.type], "purpose": move.says},
    }


def _told(text: str, document: Document) -> str:
    filled = text.replace("{subject}", subject_of(document))
    return to_traditional(filled) if document.lang == "zh-Hant" else filled
