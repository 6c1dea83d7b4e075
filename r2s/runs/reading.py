"""Reading a run that somebody else made: its state, its figures, its trees."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r2s.errors import ConfigError, RunError, TreeError
from r2s.models.journal import CallRecord
from r2s.models.journal.address import Where, address_of
from r2s.models.journal.tools import find, prompts
from r2s.models.prefixes import CacheCounts, servable_share
from r2s.runs.directory import RunDirectory
from r2s.runs.summary import Summary
from r2s.samples.flatten import flatten
from r2s.trees.tree import ConversationTree, TreeDocument


@dataclass(frozen=True)
class RunState:
    """A run as it stands: its manifest, its figures now, and what failed.

    `prefix_share` is what share of the prompts' characters a prefix cache could serve, `prefix_served` what share of
    their tokens the endpoints' caches did serve; null where nobody knows. `lost` tells of trees that are gone.
    """

    directory: RunDirectory
    manifest: dict[str, Any]
    figures: dict[str, Any]
    errors: list[dict[str, Any]]
    prefix_share: float | None
    prefix_served: float | None
    lost: list[TreeError]


def open_run(path: Path) -> RunDirectory:
    """The directory of a run; raises `ConfigError` where there is none."""
    directory = RunDirectory(path)
    if not directory.manifest.exists():
        raise ConfigError(f"{path} is no run directory (it has no manifest.json); r2s run DOCS -o {path} makes one")
    return directory


def read_run(path: Path, journal: Where | None = None) -> RunState:
    """The state of a run, counted from its trees, so that it holds for a running or a stopped run too.

    `journal` is where its calls are, if not in the run itself.
    """
    directory = open_run(path)
    manifest = directory.read_manifest()
    assert manifest is not None, "open_run has seen it"
    figures, errors = figures_of(directory), directory.read_errors()
    lost = _lost(directory, figures["documents"]["trees"])
    prefixes = _prefix_share(directory, journal), _prefix_served(directory)
    return RunState(directory, manifest, figures, errors, *prefixes, lost)


def figures_of(directory: RunDirectory) -> dict[str, Any]:
    """The figures of a run, counted from its trees and its errors."""
    summary = Summary()
    for tree in directory.read_trees():
        summary.add(tree, len(list(flatten(tree))))
    for error in directory.read_errors():
        summary.fail(error["kind"])
    summary.spending.read(directory.events)
    return summary.figures()


def check_finished(path: Path) -> None:
    """Raise `ConfigError` where a run is missing, or has not come to its end."""
    manifest = open_run(path).read_manifest()
    status = manifest.get("status", "unknown") if manifest else "unknown"
    if status != "finished":
        raise ConfigError(
            f"the run in {path} is not finished (status: {status}); finish it with the same r2s run command, or take"
            " what is there with --partial"
        )


def check_same_document(document: TreeDocument, sha256: str) -> None:
    """Raise `ConfigError` where another run has another text under this id: runs are paired by document."""
    if document.sha256 != sha256:
        raise ConfigError(f"the runs have different documents under the id {document.id!r}")


def sound_trees(paths: Sequence[Path], tell: Callable[[TreeError], None]) -> Iterator[ConversationTree]:
    """The trees of several runs that can be read, one run after the other; `tell` hears of what is damaged or gone."""
    for path in paths:
        directory = open_run(path)
        damaged: list[TreeError] = []
        count = 0
        for tree in directory.read_sound_trees(damaged.append):
            count += 1
            yield tree
        for error in (*damaged, *_lost(directory, count + len(damaged))):
            tell(error)


def _lost(directory: RunDirectory, there: int) -> list[TreeError]:
    """What is to be said where fewer trees are there than the run has written."""
    manifest = directory.read_manifest() or {}
    recorded = manifest.get("totals", {}).get("documents", {}).get("trees", 0)
    told = f"{directory.trees}: {recorded} trees were written, {there} are there; r2s run plays the rest again"
    return [TreeError(told)] if there < recorded else []


def count_trees(path: Path) -> int:
    """How many trees a run has, counted by lines without reading them: for progress."""
    directory = open_run(path)
    if not directory.trees.exists():
        return 0
    with directory.trees.open("rb") as file:
        return sum(1 for _ in file)


def _prefix_share(directory: RunDirectory, journal: Where | None) -> float | None:
    """What share of the run's prompts a prefix cache could serve; null where no language model was asked."""
    where = journal or (directory.journal if directory.journal.exists() else None)
    return servable_share(prompts(where)) if where else None


def _prefix_served(directory: RunDirectory) -> float | None:
    endpoints = directory.read_metrics().get("endpoints", {})
    counts = [CacheCounts(**figures["prefix_cache"]) for figures in endpoints.values() if "prefix_cache" in figures]
    looked_up = sum(count.looked_up for count in counts)
    return round(sum(count.found for count in counts) / looked_up, 4) if looked_up else None


def find_call(path: Path, key: str, journal: Where | None = None) -> CallRecord:
    """What a role saw and said, by the journal key that a tree names; raises `ConfigError` where it is not there.

    `journal` is where the run's calls are, if not in the run itself.
    """
    directory = open_run(path)
    where = address_of(journal or directory.journal)
    found = find(where, key) if journal or directory.journal.exists() else None
    if found is None:
        elsewhere = "" if journal else "; a run that was played with --journal has its calls there: name it here too"
        raise ConfigError(f"{where} has no call {key!r}; the trees of the run name theirs under usage.calls{elsewhere}")
    return found


def find_tree(path: Path, document: str | None) -> ConversationTree:
    """The first tree of a document, by its id or the tree's; of the run, where none is named.

    Raises `ConfigError` where the run has none of that name, `RunError` where it has none at all.
    """
    directory = open_run(path)
    seen: list[str] = []
    for tree in directory.read_trees():
        if document in (None, tree.document.id, tree.id):
            return tree
        seen.append(tree.document.id)
    if not seen:
        raise RunError(f"{path} has no finished tree yet; r2s status {path} says why")
    raise ConfigError(
        f"{path} has no tree of {document!r}; it has {', '.join(seen[:5])}{' ...' if len(seen) > 5 else ''}"
    )
