"""The cells of a sweep: every combination of its factors, each with each seed; a factor is a setting and its values."""

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from r2s.config import RunConfig
from r2s.errors import ConfigError
from r2s.models.names import in_file_names

REVIEWERS = "reviewers"
# Cells play the same documents, on the seeds that the sweep gives them.
_NOT_FACTORS = {
    "documents": "every cell plays the same documents",
    "seed": "give seeds with --seeds",
    "limits": "limits change no dialogue",
}
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Factor:
    """A setting by its dotted name, and the values it takes, the baseline's first."""

    path: str
    values: tuple[Any, ...]

    def __post_init__(self) -> None:
        root = self.path.split(".")[0]
        if root in _NOT_FACTORS:
            raise ConfigError(f"{self.path} cannot be a factor: {_NOT_FACTORS[root]}")
        if not self.values:
            raise ConfigError(f"{self.path}: give at least one value")
        if len({told(value) for value in self.values}) < len(self.values):
            raise ConfigError(f"{self.path}: a value is there twice")


@dataclass(frozen=True)
class Cell:
    """One combination of values, without its seeds; `name` is what figures and tables call it."""

    name: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Play:
    """A cell under one seed: an ordinary run, in the folder `directory` of the sweep's cells."""

    cell: Cell
    seed: int
    directory: str
    config: RunConfig = field(compare=False)


def parse_factor(given: str) -> Factor:
    """The factor of `a.b=x,y`; each value is YAML."""
    path, sign, values = given.partition("=")
    if not sign or not path:
        raise ConfigError(f"--grid {given}: write it as name=x,y, such as candidates=1,2")
    return Factor(path, parse_values(values, f"--grid {given}"))


def parse_values(text: str, where: str) -> tuple[Any, ...]:
    """The values of a list such as `0,1,2`."""
    try:
        values = yaml.safe_load(f"[{text}]")
    except yaml.YAMLError as error:
        raise ConfigError(f"{where}: no list of values: {error}") from None
    return tuple(values)


def parse_whole(text: str, where: str) -> tuple[int, ...]:
    """Whole numbers, none of them twice."""
    values = parse_values(text, where)
    if any(not isinstance(value, int) or isinstance(value, bool) or value < 0 for value in values):
        raise ConfigError(f"{where}: give whole numbers, such as 0,1,2")
    if not values or len(set(values)) < len(values):
        raise ConfigError(f"{where}: give each number once, and at least one")
    return values


def cells_of(factors: Sequence[Factor]) -> list[Cell]:
    """Every combination, the baseline first; raises `ConfigError` where a setting is varied twice."""
    paths = [factor.path for factor in factors]
    if twice := {path for path in paths if paths.count(path) > 1}:
        raise ConfigError(f"{min(twice)} is varied twice; give all its values at once")
    combinations = itertools.product(*(factor.values for factor in factors))
    settings = [dict(zip(paths, values, strict=True)) for values in combinations]
    return [Cell(name_of(chosen), chosen) for chosen in settings]


def plays_of(
    cells: Sequence[Cell], seeds: Sequence[int], configure: Callable[[Sequence[str]], RunConfig]
) -> list[Play]:
    """Each cell under each seed; `configure` makes a configuration with overrides `a.b=value` on top."""
    plays = [
        Play(cell, seed, _folder(cell, seed), configure(list(_overrides(cell.settings, seed))))
        for cell in cells
        for seed in seeds
    ]
    if len({play.directory for play in plays}) < len(plays):
        raise ConfigError("two cells have the same name; give their values other names")
    return plays


def told(value: Any) -> str:
    """A value as people write it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def name_of(settings: Mapping[str, Any]) -> str:
    """The settings by the last part of their names, or by whole names where these are not enough."""
    short = {path: path.rpartition(".")[2] for path in settings}
    distinct = len(set(short.values())) == len(short)
    parts = [f"{short[path] if distinct else path}={told(value)}" for path, value in settings.items()]
    return ", ".join(parts) or "as configured"


def _overrides(settings: Mapping[str, Any], seed: int) -> Iterator[str]:
    for path, value in settings.items():
        yield f"{path}={json.dumps(value, ensure_ascii=False)}"
    yield f"seed={seed}"


def _folder(cell: Cell, seed: int) -> str:
    """A name that any file system takes; one that had to be changed for that ends in a hash of the whole."""
    plain = cell.name.replace(", ", "_").replace("=", "-")
    safe = in_file_names(plain).strip("-.")[:_LONGEST_NAME]
    if safe != plain:
        safe += "-" + hashlib.blake2s(cell.name.encode(), digest_size=3).hexdigest()
    return f"{safe}_seed-{seed}"
