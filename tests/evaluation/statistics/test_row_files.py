"""Dear figures are kept as they come: what was measured is not measured again, and what no longer holds is."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from r2s.evaluation.statistics.row_files import RowFile
from r2s.evaluation.statistics.talks import Talk
from tests.evaluation.conftest import talk

SETTINGS = {"schema": "test/1", "lm": "a"}
TALKS = [talk([f"question {number}", "answer"], id=str(number)) for number in range(5)]


class Counting:
    """Measures how long a question is, and remembers which talks it was asked about; breaks down after some."""

    def __init__(self, most: int = 100) -> None:
        self.seen: list[str] = []
        self.most = most

    def __call__(self, talks: Sequence[Talk]) -> list[dict[str, int]]:
        if len(self.seen) >= self.most:
            raise RuntimeError("killed")
        self.seen += [talk.key["id"] for talk in talks]
        return [{"length": len(talk.messages[0]["content"])} for talk in talks]


def lengths(file: RowFile, talks: Sequence[Talk]) -> list[int | None]:
    row_of = file.reader()
    return [row["length"] if (row := row_of(talk)) else None for talk in talks]


def test_a_measurement_that_was_broken_off_goes_on_where_it_was(tmp_path: Path) -> None:
    file, whole = RowFile(tmp_path / "stats" / "rows.jsonl"), RowFile(tmp_path / "whole.jsonl")
    with pytest.raises(RuntimeError):
        file.extend(TALKS, SETTINGS, Counting(most=4), window=2)
    with file.path.open("ab") as torn:
        torn.write(b'{"id":"4","dig')
    again = Counting()

    count = file.extend(TALKS, SETTINGS, again, window=2)

    assert (count, again.seen) == (1, ["4"])
    whole.extend(TALKS, SETTINGS, Counting())
    assert file.path.read_bytes() == whole.path.read_bytes()
    assert lengths(file, TALKS) == [10] * 5


def test_what_was_measured_otherwise_is_measured_anew(tmp_path: Path) -> None:
    file, again = RowFile(tmp_path / "rows.jsonl"), Counting()
    file.extend(TALKS, SETTINGS, Counting())

    file.extend(TALKS, {**SETTINGS, "lm": "b"}, again)

    assert len(again.seen) == 5
    assert file.settings() == {"schema": "test/1", "lm": "b"}


def test_only_a_talk_that_changed_is_measured_anew(tmp_path: Path) -> None:
    file, again = RowFile(tmp_path / "rows.jsonl"), Counting()
    file.extend(TALKS, SETTINGS, Counting())
    changed = [*TALKS[:3], talk(["another question", "answer"], id="3"), TALKS[4]]

    assert lengths(file, changed) == [10, 10, 10, None, 10]
    file.extend(changed, SETTINGS, again)

    assert again.seen == ["3"]
    assert lengths(file, changed) == [10, 10, 10, 16, 10]


NEW = talk(["a new question", "answer"], id="new")
CHANGES = {
    "one more": ([*TALKS[:2], NEW, *TALKS[2:]], [10, 10, None, 10, 10, 10]),
    "one more at the head": ([NEW, *TALKS], [None, 10, 10, 10, 10, 10]),
    "one less": ([*TALKS[:1], *TALKS[2:]], [10, 10, 10, 10]),
    "one less at the end": (TALKS[:-1], [10, 10, 10, 10]),
    "another order": (TALKS[::-1], [10, 10, 10, 10, 10]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_rows_are_found_where_talks_came_or_went_before_them(change: str, tmp_path: Path) -> None:
    talks, found = CHANGES[change]
    file, whole, again = RowFile(tmp_path / "rows.jsonl"), RowFile(tmp_path / "whole.jsonl"), Counting()
    file.extend(TALKS, SETTINGS, Counting())

    assert lengths(file, talks) == found
    file.extend(talks, SETTINGS, again)

    assert again.seen == ["new"] * found.count(None)
    whole.extend(talks, SETTINGS, Counting())
    assert file.path.read_bytes() == whole.path.read_bytes()


def test_a_row_that_is_damaged_costs_no_other(tmp_path: Path) -> None:
    file, again = RowFile(tmp_path / "rows.jsonl"), Counting()
    file.extend(TALKS, SETTINGS, Counting())
    whole = file.path.read_bytes()
    file.path.write_bytes(whole.replace(b'{"id":"4"', b'["id":"4"'))

    assert lengths(file, TALKS) == [10, 10, 10, 10, None]
    file.extend(TALKS, SETTINGS, again)

    assert again.seen == ["4"]
    assert file.path.read_bytes() == whole


def test_where_nothing_was_measured_there_are_no_rows(tmp_path: Path) -> None:
    file = RowFile(tmp_path / "rows.jsonl")

    assert file.settings() is None
    assert lengths(file, TALKS) == [None] * 5
