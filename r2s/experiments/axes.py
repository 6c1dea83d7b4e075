"""How the cells of a comparison lie: one factor along the axis of figures, the others as series, and the baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r2s.errors import ConfigError
from r2s.experiments.cells import REVIEWERS, told
from r2s.experiments.table import Table


@dataclass(frozen=True)
class Series:
    """Cells that differ along the axis alone; `name` tells the values of the other factors, where there are any."""

    name: str
    cells: tuple[str, ...]
    levels: tuple[Any, ...]


@dataclass(frozen=True)
class Axes:
    """`factor` is the dotted name of the setting along the axis, empty where nothing was varied."""

    factor: str
    series: tuple[Series, ...]
    baseline: str

    @property
    def label(self) -> str:
        return self.factor.rpartition(".")[2].replace("_", " ") or "cell"

    @property
    def levels(self) -> tuple[Any, ...]:
        """All values along the axis, in order."""
        return tuple(dict.fromkeys(level for series in self.series for level in series.levels))

    @property
    def is_numeric(self) -> bool:
        """Whether the axis has places and not only names."""
        return all(isinstance(level, int | float) and not isinstance(level, bool) for level in self.levels)

    def short(self, cell: str) -> str:
        """What figures call a cell: its value along the axis, where that is all there is."""
        places = [
            (name, level) for series in self.series for name, level in zip(series.cells, series.levels, strict=True)
        ]
        return told(dict(places)[cell]) if len(self.series) == 1 and self.factor else cell

    def place(self, level: Any) -> float:
        """Where a value lies along the axis."""
        return float(level) if self.is_numeric else float(self.levels.index(level))


def axes_of(table: Table, baseline: str | None = None) -> Axes:
    """The axes of a table: reviewers along the axis where they were varied, else the first factor.

    The baseline is the cell that is named, else the one with the fewest reviewers, else the first.
    """
    factor = _axis(table)
    groups: dict[str, list[str]] = {}
    for cell in table.cells:
        rest = {path: value for path, value in table.settings[cell].items() if path != factor}
        groups.setdefault(", ".join(f"{path}={told(value)}" for path, value in rest.items()), []).append(cell)
    series = tuple(_series(name, cells, table.settings, factor) for name, cells in groups.items())
    return Axes(factor, series, _baseline(table, series, factor, baseline))


def _axis(table: Table) -> str:
    varied = [path for path in table.factors if len({told(each.get(path)) for each in table.settings.values()}) > 1]
    if REVIEWERS in varied:
        return REVIEWERS
    return varied[0] if varied else ""


def _series(name: str, cells: Sequence[str], settings: Mapping[str, Mapping[str, Any]], factor: str) -> Series:
    """In order of the axis, where that has one."""
    levels = {cell: settings[cell].get(factor, cell) for cell in cells}
    if all(isinstance(level, int | float) for level in levels.values()):
        levels = dict(sorted(levels.items(), key=lambda pair: pair[1]))
    return Series(name, tuple(levels), tuple(levels.values()))


def _baseline(table: Table, series: Sequence[Series], factor: str, named: str | None) -> str:
    if named is None:
        return series[0].cells[0] if factor == REVIEWERS else table.cells[0]
    if named not in table.cells:
        raise ConfigError(f"--baseline {named}: there is no such cell; cells are {'; '.join(table.cells)}")
    return named
