"""What a report tells beside its numbers: what was compared, who played and who judged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r2s.experiments.cells import told
from r2s.experiments.directory import CellRun


@dataclass(frozen=True)
class Story:
    """A title, the methods, the runs' models by role, the judge if there was one, and what nobody should overlook."""

    title: str
    methods: tuple[str, ...]
    models: Mapping[str, tuple[str, ...]]
    judge: str | None
    notes: tuple[str, ...] = ()


def story_of(cells: Sequence[CellRun], judge: str | None) -> Story:
    """The story that the manifests of the runs tell."""
    manifests = [cell.directory.read_manifest() or {} for cell in cells]
    return Story(
        title=_title(cells),
        methods=tuple(dict.fromkeys(manifest.get("method", "unknown") for manifest in manifests)),
        models=_models(manifests),
        judge=judge,
        notes=tuple(_notes(cells, manifests)),
    )


def _title(cells: Sequence[CellRun]) -> str:
    values: dict[str, dict[str, None]] = {}
    for cell in cells:
        for path, value in cell.settings.items():
            values.setdefault(path, {})[told(value)] = None
    return "; ".join(f"{path} {', '.join(each)}" for path, each in values.items()) or "One cell"


def _models(manifests: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for manifest in manifests:
        for role, name in manifest.get("models", {}).items():
            found.setdefault(role, {})[name] = None
    return {role: tuple(names) for role, names in found.items()}


def _notes(cells: Sequence[CellRun], manifests: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for cell, manifest in zip(cells, manifests, strict=True):
        status = manifest.get("status", "unknown")
        if status != "finished":
            yield f"{cell.name} (seed {cell.seed}) is not finished (status: {status}): what is here is what there is."
