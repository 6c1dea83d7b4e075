"""What lies in a folder before something is written there: the work of others is never written over."""

from collections.abc import Iterable
from pathlib import Path

from r2s.errors import ConfigError, ResumeError
from r2s.runs.directory import RunDirectory

SWEEP, RUN = "sweep.json", "manifest.json"


def check_free_for_run(directory: RunDirectory, run: str) -> None:
    """Raise where a folder without the manifest of a run holds what a run would write over.

    A run whose manifest was lost goes on: its trees tell whose they are, and it has left its lock there. Where there is
    no folder yet, or cannot be one, there is nothing to lose.
    """
    if not directory.path.is_dir():
        return
    if (directory.path / SWEEP).exists():
        raise ResumeError(f"{directory.path} holds a sweep; choose another -o")
    if not check_trees(directory, run) and not directory.lock.exists():
        check_free(directory.path, (path.name for path in directory.sealed))


def check_trees(directory: RunDirectory, run: str) -> bool:
    """Whether there are trees of the run; raises `ResumeError` where they are another run's."""
    first = next(directory.read_sound_trees(lambda error: None), None)
    if first is not None and first.run != run:
        raise ResumeError(f"{directory.trees} holds trees of another run; choose another -o")
    return first is not None


def check_free_for_results(folder: Path, marks: Iterable[str], names: Iterable[str]) -> None:
    """Raise where results would be mixed with a run, or written over what they have not left (`marks`) there."""
    if (folder / RUN).exists():
        raise ResumeError(f"{folder} holds a run; choose another -o")
    if not any((folder / mark).exists() for mark in marks):
        check_free(folder, names)


def check_free(folder: Path, names: Iterable[str]) -> None:
    """Raise `ConfigError` where a folder holds anything by one of these names."""
    if there := sorted(name for name in names if (folder / name).exists()):
        raise ConfigError(
            f"{folder} holds {', '.join(there)}, which r2s did not write; choose another directory with -o, or move"
            " them away"
        )
