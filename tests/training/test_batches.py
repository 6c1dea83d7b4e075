"""The batch: the recipe's where there is enough to learn from, else smaller, and that is said."""

import pytest

pytest.importorskip("trl", reason="the extra `train` is not installed")

from benchmarks.training import random_rows
from r2s.training.batches import plan_batches
from r2s.training.settings import load_training_settings
from r2s.training.trainers import encoded_dataset

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.xdist_group("training")]


@pytest.mark.parametrize(("rows", "updates"), [(10_428, 42), (26_120, 104), (9_540, 40), (6_152, 40)])
def test_the_papers_data_give_about_as_many_updates_as_in_the_paper(rows: int, updates: int) -> None:
    batches = plan_batches(load_training_settings("paper"), rows, rows, devices=8)

    assert abs(batches.updates - updates) <= 2


def test_packs_of_the_papers_lengths_take_less_than_three_quarters_of_what_padded_rows_take() -> None:
    rows = random_rows(400, 1970)
    settings = load_training_settings(flags={"batching": "packing", "length": 4096})

    packed = settings.length * len(encoded_dataset(rows, settings))

    lengths = [len(row.tokens) for row in rows]
    padded = sum(8 * max(lengths[start : start + 8]) for start in range(0, len(lengths), 8))
    assert packed < 0.75 * padded


def test_a_small_set_is_given_a_smaller_batch_and_that_is_said() -> None:
    batches = plan_batches(load_training_settings(), 400, 400, devices=1)

    assert (batches.rows, batches.updates) == (20, 40)
    assert batches.note
    assert "20 rows in place of 512, so that 40 updates are made in 2 epochs" in batches.note


def test_the_batch_counts_rows_and_not_packs() -> None:
    batches = plan_batches(load_training_settings(flags={"batch": 64}), 6400, 800, devices=2)

    assert (batches.rows, batches.sequences, batches.updates) == (64, 8, 200)
    assert batches.note is None


@pytest.mark.parametrize(("rows", "devices"), [(1, 1), (3, 1), (1, 8)])
def test_few_rows_are_one_batch(rows: int, devices: int) -> None:
    batches = plan_batches(load_training_settings(), rows, rows, devices)

    assert batches.rows == rows
    assert batches.updates == 2


def test_rows_are_packed_on_an_accelerator_only_where_nothing_else_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    trainers = pytest.importorskip("r2s.training.trainers", reason="the extra `train` is not installed")
    said = []

    for is_there in (True, False):
        monkeypatch.setattr(torch.accelerator, "is_available", lambda is_there=is_there: is_there)
        said.append([trainers.batching(load_training_settings(flags=given)) for given in ({}, {"batching": "length"})])

    assert said == [["packing", "length"], ["plain", "length"]]


def test_rows_are_read_several_at_once_where_that_is_wanted() -> None:
    batches = plan_batches(load_training_settings(flags={"micro_batch": 4}), 51_200, 51_200, devices=2)

    assert (batches.micro, batches.accumulation, batches.rows) == (4, 64, 512)
