"""The IFD filter: how much harder a reply is to say than it would be without what it answers."""

from typing import Literal

from pydantic import Field

from r2s.errors import ConfigError
from r2s.samples.filters.filter import Judge
from r2s.samples.filters.measured import FromStats, Row


class Ifd(FromStats, frozen=True):
    """The instruction-following difficulty lies between `least` and `most`. Over 1, the question was no help at all.

    IFD needs a language model: `r2s stats RUN --lm PATH` measures it.
    """

    kind: Literal["ifd"] = "ifd"
    least: float = Field(default=0, ge=0)
    most: float = Field(default=1, gt=0)

    def judge(self) -> Judge:
        rows = self.rows(["ifd"])
        return lambda dialogue: self._outside(self.row_of(dialogue, rows))

    def _outside(self, row: Row) -> str | None:
        if "ifd" not in row:
            raise ConfigError(f"{', '.join(map(str, self.file))} holds no ifd; r2s stats RUN --lm PATH measures it")
        ifd = row["ifd"]
        if ifd is None:
            return "its IFD could not be measured"
        return None if self.least <= ifd <= self.most else f"IFD {ifd:.2f} is not from {self.least:g} to {self.most:g}"
