"""The figures of one talk, by name: what stands in a line of `dialogues.jsonl`, and what filters hold dialogues to."""

from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from r2s.documents.language import find_language
from r2s.documents.words import spoken_length
from r2s.evaluation.difficulty import TurnLosses, figures_of
from r2s.evaluation.grounding import grounding_figures
from r2s.evaluation.model_figures import answers_file, coherence_file, likelihood_file
from r2s.evaluation.personas import persona_figures
from r2s.evaluation.properties import Figures, rule_figures
from r2s.evaluation.questions import QUESTIONS
from r2s.evaluation.talks import Talk
from r2s.evaluation.word_lists import WordList
from r2s.trees.coverage import covered_share

Reader = Callable[[Talk], dict[str, Any] | None]


class FigureReader:
    """Gives the figures of every talk in turn: those by rule are found here, the dear ones are read from their files.

    `answers` are the judge's answers about the talk that was read last, by role, null where a judge gave none.
    """

    def __init__(self, folder: Path, words: WordList | None) -> None:
        self._likelihood, self._coherence = likelihood_file(folder).reader(), coherence_file(folder).reader()
        self._is_scored = likelihood_file(folder).settings() is not None
        asked = [role for role in QUESTIONS if answers_file(folder, role).settings() is not None]
        self._readers = {role: answers_file(folder, role).reader() for role in asked}
        self._words = words
        self.answers: dict[str, dict[str, Any] | None] = {}

    def figures(self, talk: Talk) -> Figures:
        """All figures of a talk, null where one could not be had."""
        rows = {role: reader(talk) for role, reader in self._readers.items()}
        self.answers = {role: row["answer"] for role, row in rows.items() if row and row["asked"]}
        answers = {role: row["answer"] if row else None for role, row in rows.items()}
        return {
            **_sizes(talk),
            "language_kept": float(_keeps_language(talk)),
            **({"listed_words": len(self.listed(talk))} if self._words else {}),
            **(_of_dialogue(talk) if talk.dialogue else {}),
            "coherent": (self._coherence(talk) or {}).get("coherent"),
            **(_difficulty(self._likelihood(talk)) if self._is_scored else {}),
            **_judged(answers),
        }

    def listed(self, talk: Talk) -> list[str]:
        """The words of the user's list that are said."""
        words = self._words
        return [found for message in talk.messages for found in words.found(message["content"])] if words else []


def _sizes(talk: Talk) -> Figures:
    return {
        "turns": len(talk.exchanges),
        "user_words": fmean(spoken_length(exchange.question, talk.language) for exchange in talk.exchanges),
        "assistant_words": fmean(spoken_length(exchange.answer, talk.language) for exchange in talk.exchanges),
    }


def _keeps_language(talk: Talk) -> bool:
    """Whether what is said is in the language of the document, or of the question."""
    spoken = find_language(" ".join(message["content"] for message in talk.messages)) or ""
    return spoken.partition("-")[0] == talk.language


def _of_dialogue(talk: Talk) -> Figures:
    dialogue = talk.dialogue
    assert dialogue is not None, "asked only of dialogues"
    length = len(dialogue.tree.document.text)
    return {
        "evidence_coverage": covered_share(dialogue.path, length) if length else None,
        **grounding_figures(dialogue),
        **rule_figures(dialogue),
        **persona_figures(dialogue),
    }


def _difficulty(row: Mapping[str, Any] | None) -> Figures:
    """Perplexities and IFD; all null where this talk was not measured."""
    return figures_of([TurnLosses.model_validate(turn) for turn in row["turns"]] if row else [])


def _judged(answers: Mapping[str, dict[str, Any] | None]) -> Figures:
    found = (QUESTIONS[role].figures_of(answer) for role, answer in answers.items())
    return {name: value for figures in found for name, value in figures.items()}
