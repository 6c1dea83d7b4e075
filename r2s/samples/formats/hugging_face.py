"""A Hugging Face dataset folder: what `load_from_disk` and, through its card, `load_dataset` read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from r2s.extras import load


def save_dataset(parquet: Mapping[str, Path], schema: Any, folder: Path, scratch: Path) -> None:
    """Turn Parquet files, one a split, into a dataset with explicit features; `scratch` is for caches."""
    datasets = load("datasets", "--format hf")
    features = datasets.Features.from_arrow_schema(schema)
    was_quiet = load("datasets.utils", "--format hf").are_progress_bars_disabled()
    datasets.disable_progress_bars()
    try:
        splits = {
            name: datasets.Dataset.from_parquet(str(path), features=features, cache_dir=str(scratch / name))
            for name, path in parquet.items()
        }
        datasets.DatasetDict(splits).save_to_disk(str(folder))
    finally:
        if not was_quiet:
            datasets.enable_progress_bars()
