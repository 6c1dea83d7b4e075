"""Which texts share a pass through a model, and which are left out."""

from r2s.evaluation.token_rows import Row, Span, Term, batches_of, rows_of


def test_a_term_that_begins_another_shares_its_row() -> None:
    later, first, other = Term((0, 1, 2, 3, 4), (5, 6)), Term((0, 1), (2, 3)), Term((0,), (2, 3))

    rows = rows_of([later, first, other], longest=10)

    assert rows == [
        Row((0, 1, 2, 3, 4, 5, 6), (Span(1, 2, 4), Span(0, 5, 7))),
        Row((0, 2, 3), (Span(2, 1, 3),)),
    ]


def test_what_is_too_short_or_would_be_cut_is_not_scored() -> None:
    assert rows_of([Term((0,), (1,)), Term((0, 1, 2), (3, 4)), Term((0,), ())], longest=4) == []
    assert len(rows_of([Term((0, 1, 2), (3, 4))], longest=5)) == 1


def test_batches_hold_rows_of_like_length_and_no_more_tokens_than_they_may() -> None:
    rows = [Row(tuple(range(length)), ()) for length in (9, 2, 3, 2)]

    assert [[len(row.ids) for row in batch] for batch in batches_of(rows, tokens=6)] == [[2, 2], [3], [9]]
