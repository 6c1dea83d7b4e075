"""The benchmark of a small GLLM: its entries, and the figures of a dialogue whose worth is known."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.entries import entries
from benchmarks.gllm_figures import tree_figures
from r2s.config import load_config
from r2s.runs.runner import Run
from tests.conftest import lighthouse

OPENERS = set(
    re.findall(
        r'(?:"|\. )([A-Z][a-z]*)', (Path(__file__).parents[2] / "benchmarks" / "entries.yaml").read_text("utf-8")
    )
)


def capitals(rows: Iterable[dict[str, str]]) -> set[str]:
    return {word for row in rows for word in re.findall(r"\b[A-Z][a-z]*", row["text"])}


def test_the_same_call_gives_the_same_entries_with_every_slot_filled():
    rows = list(entries(60, 0))

    assert rows == list(entries(60, 0))
    assert len({row["text"] for row in rows}) == len({row["id"] for row in rows}) == 60
    assert not [row for row in rows if "{" in row["text"] + row["title"]]
    assert all(4 <= row["text"].count(". ") + 1 <= 6 for row in rows)


def test_entries_can_be_kept_from_the_names_of_others():
    learnt = capitals(entries(300, 0))

    unseen = list(entries(300, 2, learnt))

    assert len(unseen) == 300
    # What is left are the words of the templates themselves.
    assert capitals(unseen) & learnt <= {"Bridge", "Captain", "Head", "Island", "Mill", "Sundays", *OPENERS}


async def test_the_figures_of_the_baseline_are_those_of_a_dialogue_that_recites(tmp_path: Path):
    settings: dict[str, Any] = {"method": "cod_single", "turns": 6, "min_turns": 3}
    (tmp_path / "a.txt").write_text(lighthouse().text, encoding="utf-8")
    await Run([tmp_path / "a.txt"], load_config(flags=settings), tmp_path / "run").play()

    figures = tree_figures(tmp_path / "run", 2)

    assert (figures["dialogues"], figures["foreign"], figures["distinct"]) == (0.5, 0, 1)
    assert min(figures["grounded"], figures["coverage"], figures["told"]) > 0.6
