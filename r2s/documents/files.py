"""Files and folders: which are read, in which order, and what is said of those that cannot be."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from r2s.errors import DocumentError

SUFFIXES = (".txt", ".md", ".jsonl")
READABLE = "R2S reads .txt, .md and .jsonl files, and folders of them"
_HEAD = 1024


def find_files(path: Path) -> Iterator[tuple[Path, str]]:
    """The readable files of a path in a fixed order, each with its place: its path inside the folder, or its name."""
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError as error:
        raise DocumentError(path.name, reason(error)) from None
    if is_folder:
        yield from _find_in_folder(path)
    elif not is_file:
        raise DocumentError(path.name or str(path), f"no such file or folder: {path}; check the path")
    elif path.suffix.lower() not in SUFFIXES:
        suffix = path.suffix or "no suffix"
        raise DocumentError(path.name, f"a file with {suffix} is not read; {READABLE}")
    else:
        yield path, path.name


def _find_in_folder(folder: Path) -> Iterator[tuple[Path, str]]:
    is_bare = True
    for file in _walk(folder):
        is_bare = False
        yield file, file.relative_to(folder).as_posix()
    if is_bare:
        raise DocumentError(folder.resolve().name, f"the folder holds no document; {READABLE}")


def _walk(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        raise DocumentError(folder.resolve().name, reason(error)) from None
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        elif entry.is_file() and Path(entry.name).suffix.lower() in SUFFIXES:
            yield Path(entry.path)


def open_file(path: Path, place: str) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise DocumentError(place, reason(error)) from None


def reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "may not be read; give yourself the right to read it (chmod u+r), or leave it out"
    return f"cannot be read: {error.strerror or error}; check the file"


def check_bytes(content: bytes, place: str) -> None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DocumentError(place, "the file is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)")
    if b"\x00" in content[:_HEAD]:
        raise DocumentError(place, "a binary file (it holds NUL bytes), not a text; extract its text as UTF-8 first")


def decode(content: bytes, place: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} (0x{content[error.start]:02X})"
        advice = "convert it, for example with iconv -f GB18030 -t UTF-8 (or -f WINDOWS-1252)"
        raise DocumentError(place, f"not UTF-8 at {byte}; {advice}") from None
