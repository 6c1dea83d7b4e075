"""The figures of a loop, from what its steps have left: generators, dialogue models, trainings."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from r2s.documents import Document, read_documents
from r2s.evaluation.generated import dialogue_figures, dialogues_in, first_replies, form_figures, form_of
from r2s.experiments.loop.directory import LoopDirectory
from r2s.experiments.loop.plan import DIRECT, GLLM, HELD_OUT, LEARNT, SCORES, SOURCES, TALK_SCORES, TALKS, TEACHER
from r2s.experiments.loop.settings import AS_THEY_ARE, LoopSettings
from r2s.runs.directory import RunDirectory
from r2s.training.place import Place

SCHEMA = "r2s.loop-report/1"
Row = dict[str, Any]


@dataclass(frozen=True)
class LoopFigures:
    """Everything that a report tells; what a stage has not made yet is left out."""

    directory: LoopDirectory
    settings: LoopSettings

    @cached_property
    def documents(self) -> dict[str, int]:
        return {"learnt": len(self._read(LEARNT)), "held_out": len(self._held_out)}

    @property
    def teacher(self) -> str:
        """The models that played the teacher."""
        return ", ".join(dict.fromkeys(self._manifest(TEACHER).get("models", {}).values()))

    @cached_property
    def generators(self) -> dict[str, Row]:
        """By source: `kbench` as `r2s eval` tells it, null where it was not judged, and figures that need no judge."""
        return {source: self._generator(source, run) for source, run in SOURCES.items() if self._is_run(run)}

    @cached_property
    def dialogue_models(self) -> dict[str, Row]:
        """The same of a simulated user's talks with the dialogue models, by whose dialogues these have learnt."""
        scores = self._scores(TALK_SCORES)
        return {source: self._row(run, scores) for source, run in TALKS.items() if self._is_run(run)}

    @cached_property
    def trainings(self) -> dict[str, Row]:
        """By model: rows, tokens, epochs, updates, losses."""
        names = (GLLM, DIRECT, *(f"dialogue/{source}" for source in SOURCES))
        return {name: training for name in names if (training := self._training(name))}

    def as_json(self) -> dict[str, Any]:
        """All of it, as programs read it."""
        return {
            "schema": SCHEMA,
            "teacher": {"models": self.teacher, "method": self.settings.teacher_run.method},
            "base": self.settings.base,
            "judge": self.settings.judge,
            "documents": self.documents,
            "generators": self.generators,
            "dialogue_models": self.dialogue_models,
            "trainings": self.trainings,
        }

    @cached_property
    def _held_out(self) -> list[Document]:
        return self._read(HELD_OUT)

    def _read(self, name: str) -> list[Document]:
        found = read_documents([self.directory.at(name)], options=AS_THEY_ARE)
        return [item for item in found if isinstance(item, Document)]

    def _is_run(self, name: str) -> bool:
        return RunDirectory(self.directory.at(name)).manifest.exists()

    def _manifest(self, name: str) -> Mapping[str, Any]:
        return RunDirectory(self.directory.at(name)).read_manifest() or {}

    def _generator(self, source: str, run: str) -> Row:
        row = self._row(run, self._scores(SCORES))
        return row if source == "teacher" else {**row, **self._forms(self.directory.at(run))}

    def _forms(self, run: Path) -> Row:
        return form_figures(first_replies(run, self._held_out), form_of(run))

    def _row(self, run: str, scores: Mapping[str, Row]) -> Row:
        dialogues = dialogues_in(self.directory.at(run))
        return {"kbench": scores.get(run), **dialogue_figures(dialogues, len(self._held_out))}

    def _scores(self, name: str) -> dict[str, Row]:
        """The rows of `r2s eval` by the run's name in the loop."""
        file = self.directory.at(name)
        rows = json.loads(file.read_text(encoding="utf-8"))["runs"] if file.exists() else []
        return {"/".join(Path(row["run"]).parts[-2:]): row for row in rows}

    def _training(self, name: str) -> Row | None:
        place = Place(self.directory.at(name))
        if not place.record.exists():
            return None
        record = place.read()
        losses = [entry["loss"] for entry in record.get("losses", ()) if "loss" in entry]
        epochs = _epochs(place.folder) if losses else None
        tokens = record["data"]["tokens"]
        return {
            "rows": record["data"]["rows"].get("train", 0),
            "tokens": tokens,
            "epochs": epochs,
            "tokens_read": epochs and round(epochs * tokens),
            "updates": record["updates"],
            "batch": record["batch"],
            **({"first_loss": losses[0], "last_loss": losses[-1]} if losses else {}),
        }


def _epochs(model: Path) -> float:
    import yaml

    return yaml.safe_load((model / "train.yaml").read_text(encoding="utf-8"))["epochs"]


def mean_columns(row: Row) -> Iterator[str | None]:
    """The nine columns of K-BENCH, `Avg.` and the share of the document that replies cite, as printed."""
    kbench = row["kbench"]
    if kbench is None:
        return
    yield from kbench["columns"].values()
    yield kbench["avg"] and kbench["avg"]["printed"]
    yield kbench["evidence_percent"] and f"{kbench['evidence_percent']:.2f}"
