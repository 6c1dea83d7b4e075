"""The baseline as reader, auditor, persona judge and tagger: it looks at words, and leaves open what words do not show."""

from itertools import accumulate
from typing import Any

from r2s.documents import tells
from r2s.documents.document import Document
from r2s.documents.foreknowledge import foreknown
from r2s.documents.grams import said_before
from r2s.documents.passages import split_passages
from r2s.documents.subject import subject_of
from r2s.documents.words import specific_words, words
from r2s.models.extractive.moves import Language
from r2s.models.extractive.playing import document_of
from r2s.models.prompt import Line
from r2s.models.request import Request

# So many of a turn's own words become its tags.
MOST_TAGS = 3


def read(request: Request[Any], language: Language) -> dict[str, Any]:
    """Openings that point at nothing, questions, reasons and repeats, by their wording."""
    name, said = request.language, [line.text for line in request.transcript]
    turns = [_read_turn(said[: 2 * number], number, name) for number in range(1, len(said) // 2 + 1)]
    faults = sum(bool(turn["unresolved"]) for turn in turns)
    last = said[-1] if said else ""
    natural_end = not (tells.moralises(last, name) or tells.sums_up(last, name))
    return {"turns": turns, "natural_end": natural_end, "stands_alone": max(1, 5 - faults)}


def _read_turn(said: list[str], number: int, name: str) -> dict[str, Any]:
    *before, asked, reply = said
    pointing = [text for text in (asked, reply) if tells.names_the_document(text, name)]
    if not before and tells.is_pointing(asked, name):
        pointing.append(asked)
    return {
        "turn": number,
        "unresolved": [words(text, name)[0] for text in pointing],
        "answered_first": not tells.dodges(reply, name) if tells.asks(asked, name) else None,
        "explains": tells.gives_reason(reply, name),
        "question_earned": tells.question_count(reply) == 1 if tells.asks(reply, name) else None,
        "adds": not said_before(reply, before[1::2]) and not said_before(asked, before[::2]),
    }


def audit(request: Request[Any], language: Language) -> dict[str, Any]:
    """Sentences with words that the document does not have, whose truth no rule can tell, and users who know early."""
    document, lines = document_of(request), request.transcript
    additions = [
        {"turn": turn, "claim": sentence, "verdict": "unsure"}
        for turn, reply in enumerate(lines[1::2], 1)
        for sentence in _foreign_sentences(reply, document)
    ]
    return {"additions": additions, "changes": None, "mistakes": None, "knows_early": _early_turns(request, document)}


def _foreign_sentences(reply: Line, document: Document) -> list[str]:
    passages = split_passages(reply.text, document.language)
    sentences = [reply.text[passage.start : passage.end] for passage in passages]
    return [text for text in sentences if specific_words(text, document.language) - document.specific_words]


def _early_turns(request: Request[Any], document: Document) -> list[int]:
    texts = [line.text for line in request.transcript]
    subject = subject_of(document)
    return [
        place // 2 + 1
        for place in range(0, len(texts), 2)
        if foreknown(texts[place], document, [subject, *texts[:place]])
    ]


def judge_persona(request: Request[Any], language: Language) -> dict[str, Any]:
    """Words of the goal, rare words that nobody has said, and the assistant's ways of speaking."""
    name, fields = request.language, request.fields
    goal = specific_words(fields["goal"], name) - specific_words(fields["subject"], name) or specific_words(
        fields["subject"], name
    )
    asked = [line.text for line in request.transcript[::2]]
    known = specific_words(f"{fields['goal']} {fields['knowledge']} {fields['subject']} {fields['persona']}", name)
    heard = list(
        accumulate((specific_words(line.text, name) for line in request.transcript), frozenset.union, initial=known)
    )
    turns = [
        {
            "turn": number,
            "pursues_goal": bool(goal & specific_words(text, name)),
            "knowledge_kept": specific_words(text, name) <= heard[2 * number - 2],
            "contradiction": None,
            "slips": tells.assists(text, name),
        }
        for number, text in enumerate(asked, 1)
    ]
    return {"turns": turns, "goal_named": bool(turns) and turns[0]["pursues_goal"]}


def tag(request: Request[Any], language: Language) -> dict[str, Any]:
    """A turn's own words as tags; how hard it is, no rule can tell."""
    turns = [
        {"turn": number, "tags": sorted(specific_words(line.text, request.language))[:MOST_TAGS], "difficulty": None}
        for number, line in enumerate(request.transcript[::2], 1)
    ]
    return {"turns": turns}
