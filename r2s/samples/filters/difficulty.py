"""The IFD filter: how much harder a reply is to say than it would be without what it answers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, Field, ValidationError

from r2s.errors import ConfigError
from r2s.samples.dialogue import Dialogue
from r2s.samples.filters.filter import Filter, Judge


class _Measured(BaseModel):
    """One line of the file: the mean IFD of a dialogue, by its tree and its last message; null where there is none."""

    tree: str
    leaf: str
    ifd: float | None


class Ifd(Filter, frozen=True):
    """The instruction-following difficulty lies between `least` and `most`. Over 1, the question was no help at all.

    IFD needs a language model, so it is measured elsewhere: `file` holds an object a line with `tree`, `leaf` (the id
    of the last message) and `ifd`.
    """

    kind: Literal["ifd"] = "ifd"
    file: Path
    least: float = Field(default=0, ge=0)
    most: float = Field(default=1, gt=0)

    def judge(self) -> Judge:
        measured = _read(self.file)
        return lambda dialogue: self._outside(_ifd_of(dialogue, measured, self.file))

    def _outside(self, ifd: float | None) -> str | None:
        if ifd is None:
            return "its IFD could not be measured"
        return None if self.least <= ifd <= self.most else f"IFD {ifd:.2f} is not from {self.least:g} to {self.most:g}"


def _ifd_of(dialogue: Dialogue, measured: Mapping[str, float | None], file: Path) -> float | None:
    try:
        return measured[dialogue.id]
    except KeyError:
        leaf = dialogue.path[-1].id
        raise ConfigError(f"{file} has no IFD for leaf {leaf} of tree {dialogue.tree.id}: measure this run") from None


def _read(file: Path) -> dict[str, float | None]:
    try:
        rows = [_Measured.model_validate(orjson.loads(line)) for line in file.read_bytes().splitlines() if line]
    except OSError as error:
        raise ConfigError(
            f"the ifd filter cannot read {file}: {error.strerror}; it needs IFD measured beforehand, one object with"
            " tree, leaf and ifd a line"
        ) from None
    except (ValueError, ValidationError):
        raise ConfigError(f"{file}: expected one object with tree, leaf and ifd a line") from None
    return {f"{row.tree}-{row.leaf}": row.ifd for row in rows}
