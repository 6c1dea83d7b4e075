"""A run as files to open in a browser: an index, and one self-contained page a tree.

Trees are read, drawn and written one after the other, so that memory does not grow with the run.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

from r2s.errors import ConfigError, RunError, TreeError
from r2s.models.journal import CallRecord
from r2s.models.journal.address import Where
from r2s.models.journal.tools import lookup
from r2s.runs.directory import RunDirectory, write_text
from r2s.runs.reading import open_run
from r2s.trees.tree import ConversationTree
from r2s.views.index_page import index_ending, index_parts, tree_row
from r2s.views.inlining import GENERATOR, to_json
from r2s.views.tree_page import Place, tree_page

INDEX, FOLDER = "index.html", "trees"
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

FindCalls = Callable[[list[str]], dict[str, CallRecord]]


@dataclass(frozen=True)
class Written:
    """The index that was written, how many trees it lists, and the lines of the run that could not be read."""

    index: Path
    trees: int
    damaged: tuple[TreeError, ...]


def write_pages(run: Path, out: Path, above: str | None = None) -> Written:
    """Write the index and the pages of a run's trees; pages that an earlier call wrote are replaced.

    `above` is the address of the page that the run belongs to, where there is one.
    """
    directory = open_run(run)
    check_folder(out)
    damaged: list[TreeError] = []
    try:
        (out / FOLDER).mkdir(parents=True, exist_ok=True)
        with calls_of(directory) as find:
            rows = _written(directory.read_sound_trees(damaged.append), out, find)
            count = _write_index(directory, out, rows, above)
    except OSError as error:
        raise RunError(f"cannot write to {out}: {error.strerror}; choose another folder with --static") from None
    return Written(out / INDEX, count, tuple(damaged))


def page_name(id: str) -> str:
    """The file of the page of a tree: its id, or a hash of an id that is no plain name."""
    hashed = hashlib.blake2s(id.encode(), digest_size=12).hexdigest
    return f"{id if _PLAIN_NAME.fullmatch(id) else hashed()}.html"


def check_folder(out: Path) -> None:
    """Raise `ConfigError` where something else than an earlier view of a run stands."""
    if out.exists() and not out.is_dir():
        raise ConfigError(f"{out} is a file; choose another folder with --static")
    if not out.exists() or not any(out.iterdir()):
        return
    if not (out / INDEX).is_file() or GENERATOR.encode() not in _beginning(out / INDEX):
        raise ConfigError(f"{out} holds something that r2s view did not write; choose another folder with --static")


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _written(trees: Iterator[ConversationTree], out: Path, find: FindCalls) -> Iterator[str]:
    """Write each page, with its neighbours' addresses; yields the row of each tree for the index."""
    before: str | None = None
    for number, (tree, after) in enumerate(pairwise(chain(trees, [None])), 1):
        assert tree is not None, "only the last is none"
        name = page_name(tree.id)
        place = Place(number, f"../{INDEX}", before, page_name(after.id) if after else None)
        calls = find([key for node in tree.nodes for key in node.usage.calls])
        write_text(out / FOLDER / name, tree_page(tree, calls=calls, place=place))
        yield to_json(tree_row(tree, f"{FOLDER}/{name}"))
        before = name


def _write_index(directory: RunDirectory, out: Path, rows: Iterator[str], above: str | None) -> int:
    beginning, end = index_parts(directory.read_manifest() or {}, above=above)
    temporary, count = out / f"{INDEX}.tmp", 0
    with temporary.open("w", encoding="utf-8") as file:
        file.write(beginning)
        for count, row in enumerate(rows, 1):
            file.write(f"{',' if count > 1 else ''}\n{row}")
        file.write(index_ending(directory.read_errors()) + end)
    temporary.replace(out / INDEX)
    return count


@contextmanager
def calls_of(directory: RunDirectory, journal: Where | None = None) -> Iterator[FindCalls]:
    """How the calls behind a tree are found; none are where the journal is kept elsewhere and nobody says where."""
    if journal is None and not directory.journal.is_file():
        yield lambda keys: {}
        return
    with lookup(journal or directory.journal) as find:
        yield find
