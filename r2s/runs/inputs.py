"""The inputs of a run: which files they are, and a fingerprint of what is in them."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel

from r2s.config import RunConfig
from r2s.documents.formats.hugging_face import address_of, is_address, revision
from r2s.documents.suffixes import BY_SUFFIX, suffix_of
from r2s.errors import ConfigError, DocumentError


class InputFile(BaseModel, frozen=True):
    """A file, or a data set of the Hub, that went into a run; the name is relative to what was given: no path leaks.

    `documents` is how many it may hold, counted by lines without reading them: for progress, not for the record.
    """

    name: str
    sha256: str
    bytes: int
    documents: int


def input_files(paths: Sequence[Path | str]) -> list[InputFile]:
    """Every readable file under these paths, in a fixed order; what is missing is the reader's to report."""
    return [file for given in paths for file in _inputs(str(given))]


def wanted_files(paths: Sequence[Path | str]) -> list[InputFile]:
    """The same; raises `ConfigError` where there is none at all."""
    check_wanted(paths)
    return input_files(paths)


def check_wanted(paths: Sequence[Path | str]) -> None:
    """Raise `ConfigError` where there is nothing to read at all."""
    if not any(_is_wanted(str(given)) for given in paths):
        is_hub = any(is_address(f"{given}/") for given in paths)
        advice = "a data set of the Hub is hf://OWNER/NAME" if is_hub else "check the path"
        raise ConfigError(f"no file to read under {', '.join(map(str, paths))}; {advice}")


def _is_wanted(given: str) -> bool:
    if not is_address(given):
        return any(True for _ in _files(Path(given)))
    with suppress(DocumentError):
        return bool(address_of(given))
    return False


def _inputs(given: str) -> Iterator[InputFile]:
    if is_address(given):
        yield from _of_hub(given)
    else:
        yield from (_fingerprint(name, path) for name, path in _files(Path(given)))


def _of_hub(given: str) -> Iterator[InputFile]:
    try:
        address = address_of(given)
    except DocumentError:
        return
    yield InputFile(name=str(address), sha256=revision(address) or "unknown", bytes=0, documents=1)


def expected_dialogues(files: Iterable[InputFile], config: RunConfig) -> int:
    """How many dialogues files may give."""
    documents = sum(file.documents for file in files)
    return min(documents, config.documents.limit or documents) * config.dialogues


def fingerprint(files: Iterable[InputFile]) -> str:
    """One hash for all files; where they lie does not matter."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\x1f{file.sha256}".encode() + b"\x1e")
    return digest.hexdigest()


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            if inner.is_file() and not any(part.startswith(".") for part in inner.relative_to(path).parts):
                yield inner.relative_to(path).as_posix(), inner
    elif path.is_file():
        yield path.name, path


def _fingerprint(name: str, path: Path) -> InputFile:
    digest, lines = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
                lines += block.count(b"\n")
    except OSError:
        return InputFile(name=name, sha256="unreadable", bytes=0, documents=1)
    return InputFile(name=name, sha256=digest.hexdigest(), bytes=path.stat().st_size, documents=_documents(path, lines))


def _documents(path: Path, lines: int) -> int:
    kind = BY_SUFFIX.get(suffix_of(path.name))
    return max(1, lines) if kind in ("jsonl", "csv") else int(kind is not None)
