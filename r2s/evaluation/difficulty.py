"""How hard the turns of a dialogue are for a language model: perplexities, IFD and rIFD (Cherry, Superfiltering).

IFD is how much of the difficulty of an answer is left once the question is known; over 1, the question was no help at
all. rIFD is the same of a question once its answer is known. Of a dialogue, they are the means over its turns.
"""

import math
from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from r2s.evaluation.contexts import Contexts
from r2s.evaluation.talks import Talk

if TYPE_CHECKING:
    from r2s.evaluation.likelihood import CausalLM
    from r2s.evaluation.token_rows import Term


class TurnLosses(BaseModel, frozen=True):
    """Of one exchange: tokens, and mean cross-entropies in nats a token; null where a text could not be scored.

    `answer_given` is that of the answer after the dialogue up to its question, `question_given` that of the question
    after a prompt to guess it from its answer.
    """

    question_tokens: int
    answer_tokens: int
    question: float | None
    answer: float | None
    answer_given: float | None
    question_given: float | None

    @property
    def ifd_ppl(self) -> float | None:
        """The ratio of the answer's perplexities (Superfiltering, Reflection-Tuning V2)."""
        return _ratio_of_perplexities(self.answer_given, self.answer)

    @property
    def ifd_loss(self) -> float | None:
        """The ratio of the answer's cross-entropies (Cherry)."""
        return self.answer_given / self.answer if self.answer and self.answer_given is not None else None

    @property
    def rifd(self) -> float | None:
        """The ratio of the question's perplexities."""
        return _ratio_of_perplexities(self.question_given, self.question)


def perplexity(loss: float | None) -> float | None:
    """The perplexity that a mean cross-entropy stands for."""
    return None if loss is None else math.exp(loss)


def figures_of(turns: Sequence[TurnLosses]) -> dict[str, float | None]:
    """The means of a dialogue over those of its turns that have a figure; `ifd` is the ratio of perplexities."""
    columns = {
        "question_tokens": [turn.question_tokens for turn in turns],
        "answer_tokens": [turn.answer_tokens for turn in turns],
        "question_ppl": [perplexity(turn.question) for turn in turns],
        "answer_ppl": [perplexity(turn.answer) for turn in turns],
        "answer_ppl_given": [perplexity(turn.answer_given) for turn in turns],
        "ifd": [turn.ifd_ppl for turn in turns],
        "ifd_loss": [turn.ifd_loss for turn in turns],
        "rifd": [turn.rifd for turn in turns],
    }
    return {name: mean_of(values) for name, values in columns.items()}


def mean_of(values: Sequence[float | None]) -> float | None:
    """The mean of the values that there are, to six places; null where there is none."""
    there = [value for value in values if value is not None]
    return round(fmean(there), 6) if there else None


class Difficulty:
    """Measures talks by one model, several at once, so that texts of like length share a batch."""

    def __init__(self, lm: "CausalLM", contexts: Contexts) -> None:
        self._lm, self._contexts = lm, contexts

    def measure(self, talks: Sequence[Talk]) -> list[dict[str, Any]]:
        """The losses of every turn of these talks, as rows of a file."""
        terms = [list(self._terms(talk)) for talk in talks]
        losses = iter(self._lm.losses([term for of_talk in terms for term in of_talk]))
        return [{"turns": [turn.model_dump() for turn in _turns(of_talk, losses)]} for of_talk in terms]

    def _terms(self, talk: Talk) -> Iterator["Term"]:
        """Four terms for each exchange: the question and the answer, each alone and then in its context.

        A question is guessed from its own answer, without what was said before it.
        """
        contexts, term = self._contexts, self._lm.term
        for number, (question, answer) in enumerate(talk.exchanges):
            asked, answered = contexts.ids(question), contexts.ids(answer)
            yield term((), asked)
            yield term((), answered)
            yield term(contexts.before_answer(talk.messages[: 2 * number + 1]), answered)
            yield term(contexts.before_question(answer, talk.language), asked)


def _turns(terms: Sequence["Term"], losses: Iterator[float | None]) -> Iterator[TurnLosses]:
    for asked, answered in zip(terms[::4], terms[1::4], strict=True):
        question, answer, answer_given, question_given = (next(losses) for _ in range(4))
        yield TurnLosses(
            question_tokens=len(asked.text),
            answer_tokens=len(answered.text),
            question=question,
            answer=answer,
            answer_given=answer_given,
            question_given=question_given,
        )


def _ratio_of_perplexities(given: float | None, alone: float | None) -> float | None:
    return None if given is None or alone is None else math.exp(given - alone)
