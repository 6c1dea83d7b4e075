"""Files and folders: which are read, in which order, and what is said of those that cannot be."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from r2s.documents.suffixes import READABLE, is_readable
from r2s.errors import DocumentError

# What `datasets` writes beside the data of a saved data set, and what names its parts.
SAVED_PART, SAVED_SET = "state.json", "dataset_dict.json"
_LEADS_OUT = "a link that leads out of its folder; give R2S the file itself, or copy it"
# A README that opens with these settings describes the data beside it, and is no document itself.
_CARD = re.compile(
    r"\A---\n.*?^(?:dataset_info|configs|task_categories|size_categories|annotations_creators):", re.M | re.S
)


class Found(NamedTuple):
    """A file, its place (its path inside the folder, or its name), and why it must not be opened, if it must not."""

    path: Path
    place: str
    problem: str = ""


def find_files(path: Path) -> Iterator[Found]:
    """The readable files of a path in a fixed order."""
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError as error:
        raise DocumentError(path.name, reason(error)) from None
    if is_folder:
        yield from _find_in_folder(path)
    elif is_file:
        yield Found(path, path.name)
    else:
        raise DocumentError(path.name or str(path), f"no such file or folder: {path}; check the path")


def _find_in_folder(folder: Path) -> Iterator[Found]:
    is_bare = True
    for file in _walk(folder):
        is_bare = False
        yield Found(file, file.relative_to(folder).as_posix(), _LEADS_OUT if _leads_out(file, folder) else "")
    if is_bare:
        raise DocumentError(folder.resolve().name, f"the folder holds no document; {READABLE}")


def _leads_out(file: Path, folder: Path) -> bool:
    """Whether a link leads out of its folder: a folder from somebody else must not name files that are not theirs.

    The Hub's cache is made of links from `snapshots` to the `blobs` beside it.
    """
    if not file.is_symlink():
        return False
    target, home = file.resolve(), folder.resolve()
    caches = [parent.parent / "blobs" for parent in (home, *home.parents) if parent.name == "snapshots"]
    return not any(target.is_relative_to(allowed) for allowed in (home, *caches))


def _walk(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        raise DocumentError(folder.resolve().name, reason(error)) from None
    if any(entry.name == SAVED_PART for entry in entries):
        yield from _saved_files(folder)
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name == SAVED_SET:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        elif entry.is_file() and is_readable(entry.name) and not _is_card(Path(entry.path)):
            yield Path(entry.path)


def _saved_files(folder: Path) -> Iterator[Path]:
    """The data files of a data set that `save_to_disk` wrote, in its order."""
    try:
        state = json.loads((folder / SAVED_PART).read_text(encoding="utf-8"))
        yield from [folder / Path(file["filename"]).name for file in state["_data_files"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        advice = f"no data set saved by datasets ({SAVED_PART}: {error}); save it again"
        raise DocumentError(folder.resolve().name, advice) from None


def _is_card(path: Path) -> bool:
    if path.name != "README.md":
        return False
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return _CARD.match(file.read(1 << 16)) is not None
    except OSError:
        return False


def reason(error: OSError) -> str:
    """Why the system would not open a file, and what to do."""
    if isinstance(error, PermissionError):
        return "may not be read; give yourself the right to read it (chmod u+r), or leave it out"
    return f"cannot be read: {error.strerror or error}; check the file"
