"""K-BENCH's arithmetic: the published averages, means with N/A, and the oddities of the authors' code."""

from decimal import Decimal
from fractions import Fraction

import pytest

from r2s.agents.judge import Judgement, snapped
from r2s.evaluation.published import published_rows
from r2s.evaluation.scores import (
    JUDGED,
    METRICS,
    TURN_METRICS,
    PaperRecord,
    PaperTurn,
    average,
    columns,
    dialogue_scores,
    paper_columns,
    paper_record,
    rounded,
)


def turn(number: int, score: float = 4.0, **changes: float | str) -> dict[str, float | str]:
    return {"turn": number, **dict.fromkeys(TURN_METRICS, score), **changes}


def judgement(*turns: dict[str, float | str], overall: float = 4.0) -> Judgement:
    return Judgement.model_validate({"turns": turns, "overall": dict.fromkeys(("cs", "co", "ia"), overall)})


def test_the_average_of_49_of_the_52_published_rows_comes_out_as_printed():
    rows = published_rows()
    found = {(row.table, row.method, row.generator): average(row.values) for row in rows}
    misfits = [row for row in rows if (mean := average(row.values)) is None or mean.printed != row.avg]

    assert len(rows) == 52
    assert [(row.table, row.method, row.generator, str(row.avg)) for row in misfits] == [
        (2, "Direct", "GPT-3.5", "2.96"),
        (3, "CoT", "GPT-3.5", "3.42"),
        (4, "Direct", "Qwen", "3.83"),
    ]
    assert all(mean and not mean.missing for mean in found.values())


def test_the_average_is_cut_off_and_not_rounded():
    row = next(row for row in published_rows() if (row.table, row.method, row.generator) == (2, "CoD", "Qwen"))
    mean = average(row.values)

    assert mean is not None
    assert round(float(mean.exact), 4) == 4.3379
    assert mean.printed == Decimal("4.33")


def test_an_average_without_a_metric_is_of_the_others_and_says_so():
    mean = average({**dict.fromkeys(METRICS, Decimal(4)), "cr": Decimal(60), "fd": None})

    assert mean is not None
    assert mean.missing == ("fd",)
    assert mean.exact == Fraction(7 * 4 + 3, 8)
    assert average({}) is None


def test_half_a_document_covered_is_two_and_a_half_points():
    mean = average({"cr": Decimal(50)})

    assert mean is not None
    assert mean.exact == Fraction(5, 2)


@pytest.mark.parametrize(("said", "meant"), [(4.25, 4.5), (4.2, 4.0), (5.5, 5), (-0.3, 0), (3, 3), (0.74, 0.5)])
def test_a_score_is_put_on_a_half_within_the_scale(said: float, meant: float):
    assert snapped(said) == Fraction(meant)


def test_a_turn_without_fidelity_is_left_out_of_its_mean_and_counted_in_the_others():
    scores = dialogue_scores(judgement(turn(1, fd="N/A", info=3.0), turn(2, fd=2.0), overall=3.5))

    assert scores["fd"] == 2
    assert scores["info"] == Fraction(7, 2)
    assert scores["cs"] == Fraction(7, 2)
    assert dialogue_scores(judgement(turn(1, fd="N/A")))["fd"] is None


def test_columns_are_means_of_dialogue_means_over_those_that_have_the_score():
    long = dialogue_scores(judgement(*(turn(number, 5.0) for number in range(1, 4))))
    short = dialogue_scores(judgement(turn(1, 3.0, fd="N/A")))

    means = columns([long, short])

    assert (means["info"], means["fd"], means["cr"]) == (4, 5, None)


def paper_turn(score: float) -> PaperTurn:
    return PaperTurn(score, (score,) * 4)


def record(score: float, turns: int = 2) -> PaperRecord:
    return PaperRecord((paper_turn(score),) * turns, (score,) * 3)


def test_the_paper_s_code_drops_the_decimals_of_info():
    means = paper_columns([record(4.5)])

    assert means["info"] == 4
    assert {means[name] for name in JUDGED[1:]} == {Fraction(9, 2)}


def test_the_paper_s_code_counts_a_dialogue_without_turns():
    means = paper_columns([record(4.0), PaperRecord((), (4.0,) * 3)])

    assert {means[name] for name in TURN_METRICS} == {Fraction(2)}


def test_the_paper_s_code_counts_the_record_before_an_unreadable_one_again():
    assert paper_columns([record(4.0), None, record(1.0)])["us"] == 3
    assert paper_columns([None, record(4.0)])["us"] == 4


def test_the_paper_s_code_loses_the_other_scores_of_a_turn_whose_info_is_not_given():
    odd = PaperRecord((paper_turn(4.0), PaperTurn(None, (4.0,) * 4)), (4.0,) * 3)

    means = paper_columns([odd])

    assert (means["info"], means["us"], means["fd"]) == (2, 2, 4)


def test_the_paper_s_code_adds_nothing_for_what_is_not_given_and_divides_all_the_same():
    torn = PaperRecord((paper_turn(4.0), PaperTurn(4.0, (4.0, 4.0))), (4.0, None, 4.0))
    empty = PaperRecord((paper_turn(4.0), PaperTurn(4.0, (4.0,) * 4, is_empty=True)), (4.0,) * 3)
    silent = PaperRecord((PaperTurn(4.0, (None, 4.0, None, None)),), (4.0,) * 3)

    assert (paper_columns([torn])["us"], paper_columns([torn])["co"]) == (2, 0)
    assert paper_columns([empty])["info"] == 2
    assert (paper_columns([silent])["us"], paper_columns([silent])["fd"]) == (0, None)


def test_a_judgement_of_ours_reads_the_same_in_both_ways_but_for_info():
    said = judgement(turn(1, 3.5, fd="N/A"), turn(2, 4.5))
    strict, paper = columns([dialogue_scores(said)], JUDGED), paper_columns([paper_record(said)])

    assert (strict["info"], paper["info"]) == (4, Fraction(7, 2))
    assert {name: strict[name] for name in JUDGED[1:]} == {name: paper[name] for name in JUDGED[1:]}


def test_a_table_prints_two_places_and_halves_upwards():
    assert str(rounded(Fraction(801, 200))) == "4.01"
    assert str(rounded(Fraction(4))) == "4.00"
