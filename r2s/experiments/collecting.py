"""Old runs as the cells of a comparison: what differs between their settings is what was varied."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from r2s.errors import ConfigError
from r2s.experiments.cells import name_of
from r2s.experiments.directory import CellRun, SweepDirectory
from r2s.runs.directory import RunDirectory
from r2s.runs.manifest import flat
from r2s.runs.reading import open_run

# Settings that tell which documents were read or how a run went, and not how dialogues are made.
_NO_FACTORS = ("seed", "limits", "base_url", "prices", "documents")


def cells_in(paths: Sequence[Path]) -> list[CellRun]:
    """The runs, those of sweeps among them, as cells; runs that differ in nothing but the seed are one cell."""
    directories = [directory for path in paths for directory in _runs_in(path)]
    settings = [_settings(directory) for directory in directories]
    names = list(dict.fromkeys(name for each in settings for name in each))
    varied = [name for name in names if len({repr(each.get(name)) for each in settings}) > 1]
    cells = []
    for directory, each in zip(directories, settings, strict=True):
        chosen = {name: each.get(name) for name in varied if name != "seed"}
        cells.append(CellRun(name_of(chosen), chosen, each["seed"], directory))
    _check_distinct(cells)
    return cells


def _check_distinct(cells: Sequence[CellRun]) -> None:
    seen: dict[tuple[str, int], CellRun] = {}
    for cell in cells:
        twin = seen.setdefault((cell.name, cell.seed), cell)
        if twin is not cell:
            raise ConfigError(
                f"{twin.directory.path} and {cell.directory.path} have the same settings and seed: leave one out"
            )


def _runs_in(path: Path) -> Iterator[RunDirectory]:
    sweep = SweepDirectory(path)
    if sweep.manifest.exists():
        yield from (cell.directory for cell in sweep.runs())
    else:
        yield open_run(path)


def _settings(directory: RunDirectory) -> dict[str, Any]:
    try:
        settings = yaml.safe_load(directory.config.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(f"{directory.config} cannot be read: {error}") from None
    if not isinstance(settings, Mapping) or "seed" not in settings:
        raise ConfigError(f"{directory.config} is not the configuration of a run")
    return {name: value for name, value in flat(settings) if name.split(".")[0] not in _NO_FACTORS or name == "seed"}
