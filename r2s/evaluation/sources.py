"""What statistics are made of: the dialogues of a run, or the pairs of a file, read as often as they are needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from r2s.documents.failure import DocumentFailure
from r2s.errors import ConfigError, TreeError
from r2s.evaluation.talks import Talk, talks_of_pairs, talks_of_trees
from r2s.runs.directory import RunDirectory
from r2s.runs.reading import open_run, sound_trees


@dataclass
class Source:
    """`folder` is where figures go; `run` is null for a file of pairs. `damaged` is what the last reading left out."""

    path: Path
    folder: Path
    run: RunDirectory | None
    damaged: list[str] = field(default_factory=list)

    def talks(self) -> Iterator[Talk]:
        """All talks in order, from the beginning."""
        self.damaged.clear()
        if self.run is None:
            return talks_of_pairs(self.path, self._leave_out)
        return talks_of_trees(sound_trees([self.path], self._leave_out))

    def _leave_out(self, problem: TreeError | DocumentFailure) -> None:
        is_pair = isinstance(problem, DocumentFailure)
        self.damaged.append(f"{problem.document}: {problem.message}" if is_pair else str(problem))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for one at a time; raises `RunError` where it cannot be written to."""
        directory = RunDirectory(self.folder)
        directory.create()
        with directory.locked():
            yield


def open_source(path: Path, folder: Path | None = None) -> Source:
    """A run directory or a file of pairs; raises `ConfigError` where there is neither."""
    if path.is_dir():
        run = open_run(path)
        return Source(path, folder or run.stats, run)
    if not path.is_file():
        raise ConfigError(f"{path}: there is no run directory and no file of pairs")
    return Source(path, folder or path.with_name(f"{path.name}.stats"), None)
