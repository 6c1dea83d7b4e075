"""The filter on whatever `r2s stats` has measured: any figure of a dialogue, by its name."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
from pydantic import BeforeValidator, Field, model_validator

from r2s.errors import ConfigError
from r2s.samples.dialogue import Dialogue
from r2s.samples.filters.filter import Filter, Judge

Row = dict[str, Any]
Rows = dict[str, Row]


def _listed(given: Any) -> Any:
    return [given] if isinstance(given, str | Path) else given


class FromStats(Filter, frozen=True):
    """A filter that needs what was measured beforehand: `file`, or several, with an object a line.

    Where none is given, the command line puts in what `r2s stats` wrote for the runs that are exported.
    """

    file: Annotated[tuple[Path, ...], BeforeValidator(_listed)] = ()

    def rows(self, figures: Iterable[str]) -> Rows:
        """The lines of the files by dialogue, of each only these figures; raises `ConfigError` where none is to be
        had."""
        if not self.file:
            raise ConfigError(f"{self._kind} needs figures: run r2s stats RUN first, or name a file of them with file=")
        wanted = tuple(figures)
        return {id: row for file in self.file for id, row in self._read(file, wanted)}

    def row_of(self, dialogue: Dialogue, rows: Mapping[str, Row]) -> Row:
        try:
            return rows[dialogue.id]
        except KeyError:
            files, leaf = ", ".join(map(str, self.file)), dialogue.path[-1].id
            raise ConfigError(
                f"{files} has no line for leaf {leaf} of tree {dialogue.tree.id}: measure this run with r2s stats"
            ) from None

    def _read(self, file: Path, wanted: tuple[str, ...]) -> Iterable[tuple[str, Row]]:
        try:
            with file.open("rb") as lines:
                for line in lines:
                    row = orjson.loads(line)
                    yield f"{row['tree']}-{row['leaf']}", {name: row[name] for name in wanted if name in row}
        except OSError as error:
            raise ConfigError(
                f"the {self._kind} filter cannot read {file}: {error.strerror}; r2s stats RUN writes such a file, one"
                " object with tree, leaf and figures a line"
            ) from None
        except (ValueError, KeyError, TypeError):
            raise ConfigError(f"{file}: expected one object with tree, leaf and figures a line") from None

    @property
    def _kind(self) -> str:
        return getattr(self, "kind", "filter")


class Measured(FromStats, frozen=True):
    """Every figure named in `least` is at least so much, every one in `most` at most so much.

    Figures are those of `r2s stats`: of properties (`foreknowledge`, `copied`, `stands_alone`), of personas
    (`persona_lapses`, `judged_contradictions`), `ifd`, `rifd` and so on. A dialogue whose figure could not be measured
    is dropped, unless `unmeasured` is `keep`.
    """

    kind: Literal["measured"] = "measured"
    least: dict[str, float] = Field(default_factory=dict)
    most: dict[str, float] = Field(default_factory=dict)
    unmeasured: Literal["drop", "keep"] = "drop"

    @model_validator(mode="after")
    def _asks_something(self) -> "Measured":
        if not self.least and not self.most:
            raise ValueError("name a figure, as in --filter measured.most.foreknowledge=0")
        return self

    def judge(self) -> Judge:
        rows = self.rows({**self.least, **self.most})
        return lambda dialogue: self._outside(self.row_of(dialogue, rows))

    def _outside(self, row: Row) -> str | None:
        for name in {**self.least, **self.most}:
            if name not in row:
                raise ConfigError(f"measured: {', '.join(map(str, self.file))} has no figure {name!r}; is it spelt so?")
            value = row[name]
            if value is None:
                if self.unmeasured == "drop":
                    return f"{name} could not be measured"
            elif value < self.least.get(name, value):
                return f"{name} {value:g} is under {self.least[name]:g}"
            elif value > self.most.get(name, value):
                return f"{name} {value:g} is over {self.most[name]:g}"
        return None
