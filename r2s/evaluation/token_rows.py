"""Token rows: what a causal language model reads in one pass, and which of its tokens are scored.

Ids are put together and never looked for again in a text that was tokenised once more, so that a text has the same
tokens after a context and without one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# The first token of a text says how it begins and hardly more: what is shorter has no mean worth the name.
LEAST_TOKENS = 2


class Term(NamedTuple):
    """A text after its context, as ids. Every context begins with the token that opens a text."""

    context: tuple[int, ...]
    text: tuple[int, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        return self.context + self.text


class Span(NamedTuple):
    """Which ids of a row are the text of the term `term`."""

    term: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """What is read in one pass, and the spans of it that are scored."""

    ids: tuple[int, ...]
    spans: tuple[Span, ...]


def rows_of(terms: Sequence[Term], longest: int) -> list[Row]:
    """The rows that score these terms; a term that is a beginning of another shares its row.

    A term is in no row where its text has under two tokens, or where it would have to be cut.
    """
    rows: list[Row] = []
    scored = [
        number for number, term in enumerate(terms) if len(term.text) >= LEAST_TOKENS and len(term.ids) <= longest
    ]
    # In this order a sequence stands right behind those that it begins with.
    for number in sorted(scored, key=lambda number: (terms[number].ids, number)):
        term = terms[number]
        span = Span(number, len(term.context), len(term.ids))
        if rows and term.ids[: len(rows[-1].ids)] == rows[-1].ids:
            rows[-1] = Row(term.ids, (*rows[-1].spans, span))
        else:
            rows.append(Row(term.ids, (span,)))
    return rows


def batches_of(rows: Sequence[Row], tokens: int) -> Iterator[list[Row]]:
    """Rows of like length together: a batch has at most `tokens` tokens, padding included, or one row."""
    batch: list[Row] = []
    for row in sorted(rows, key=lambda row: len(row.ids)):
        if batch and (len(batch) + 1) * len(row.ids) > tokens:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
