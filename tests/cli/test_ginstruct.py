"""`r2s ginstruct`: the instruction set, its held-out part, and Table 1."""

import json
from pathlib import Path

import pytest

from r2s.samples.table1 import PAPER
from tests.cli.test_commands import docs, finished, lines, r2s

__all__ = ["docs", "finished"]


def test_the_set_has_a_held_out_part_and_the_papers_table(finished: Path, tmp_path: Path) -> None:
    done = r2s("ginstruct", finished, "--split", "train=0.5,test=0.5", "-o", tmp_path / "set")

    assert done.returncode == 0, done.stderr
    (train,), (test,) = (lines(tmp_path / "set" / f"{name}.jsonl") for name in ("train", "test"))
    assert train["meta"]["doc_id"] != test["meta"]["doc_id"]
    assert "| documents | 2 | 10989 | 10000 | 6817 |" in done.stdout
    assert "## Beside the paper's data" in (tmp_path / "set" / "README.md").read_text(encoding="utf-8")
    said = [sum(len(message["content"]) for message in row["messages"][1:]) for row in (train, test)]
    assert f"| longest instruction, characters | {max(said)} | 14009 |" in done.stdout
    assert json.loads(train["messages"][2]["content"])["turns"]


@pytest.mark.parametrize("name", PAPER)
def test_the_papers_test_sets_are_a_tenth_of_its_instructions(name: str) -> None:
    _, instructions, held_out, *_ = PAPER[name]

    assert held_out / instructions == pytest.approx(0.1, abs=0.001)
