"""Who plays in which dialogue: drawn one by one, dealt out over a whole run by quotas, or read from a file.

A cast follows from the run's seed, the document's id and the replicate, never from the order of the documents or from
how many dialogues are played at once. Quotas bind all dialogues of a run, so for them its documents are read once
beforehand, and another document in the run may change whom the others get; a file of casts (`r2s cast -o`) does not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from pydantic import BaseModel, ValidationError

from r2s.config import RunConfig
from r2s.documents import Document, DocumentFailure
from r2s.documents.scripts import to_traditional
from r2s.documents.subject import subject_of
from r2s.errors import ConfigError
from r2s.policies.casting import FixedCast, GivenCast, QuotaCast, SampledCast
from r2s.policies.population import Combination
from r2s.policies.quotas import assemble
from r2s.runs.methods import METHODS
from r2s.seeds import derive_seed, dialogue_seed, generator
from r2s.trees.node import NOBODY, Cast

Read = Callable[[], Iterable[Document | DocumentFailure]]
# So many missing casts are named; the rest are counted.
NAMED = 3


class Seat(NamedTuple):
    """One dialogue of a run, before it is played."""

    document: str
    replicate: int


class Casts(Protocol):
    """Gives every dialogue its cast."""

    def cast(self, document: Document, replicate: int) -> Cast: ...


class CastRow(BaseModel, frozen=True):
    """One line of a file of casts."""

    document: str
    replicate: int = 0
    cast: Cast


def casts_for(config: RunConfig, read: Read) -> Casts:
    """The casts of a run; `read` gives its documents, if they must be known before.

    Raises `ConfigError` where a file of casts lacks one that is needed.
    """
    casting = config.policies.casting
    if not METHODS[config.method].is_cast:
        return NoCasts()
    if isinstance(casting, GivenCast):
        return _complete(GivenCasts.read(casting.file), casting.file, _seats(read(), config.dialogues))
    if isinstance(casting, QuotaCast):
        return QuotaCasts.dealt(config, read())
    return DrawnCasts(casting, config.seed)


class NoCasts:
    """For methods in which nobody has a character."""

    def cast(self, document: Document, replicate: int) -> Cast:
        return NOBODY


@dataclass(frozen=True)
class DrawnCasts:
    """Each cast drawn by itself; those of one document differ as long as the population has others."""

    casting: SampledCast | FixedCast
    seed: int

    def cast(self, document: Document, replicate: int) -> Cast:
        seeds = [dialogue_seed(self.seed, document.id, number) for number in range(replicate + 1)]
        randoms = [generator(seed, "cast") for seed in seeds]
        return _in_script(self.casting.draw(subject_of(document), document.language, *randoms), document)


@dataclass(frozen=True)
class QuotaCasts:
    """Casts dealt out over all dialogues of a run."""

    casting: QuotaCast
    seed: int
    hands: Mapping[Seat, Combination]
    languages: Mapping[Seat, str]

    @classmethod
    def dealt(cls, config: RunConfig, documents: Iterable[Document | DocumentFailure]) -> "QuotaCasts":
        """The casts of all these documents; quotas hold within each language."""
        casting = config.policies.casting
        assert isinstance(casting, QuotaCast), "quotas are dealt where they are configured"
        languages = {
            Seat(document.id, replicate): document.language
            for document in documents
            if isinstance(document, Document)
            for replicate in range(config.dialogues)
        }
        shuffled = sorted(languages, key=lambda seat: (derive_seed(config.seed, *seat, "seat"), seat))
        hands: dict[Seat, Combination] = {}
        for language in sorted(set(languages.values())):
            seats = [seat for seat in shuffled if languages[seat] == language]
            groups = [seat.document for seat in seats]
            dealt = assemble(casting.of(language), groups, generator(config.seed, "casts", language))
            hands.update(zip(seats, dealt, strict=True))
        return cls(casting, config.seed, hands, languages)

    def cast(self, document: Document, replicate: int) -> Cast:
        seat = Seat(document.id, replicate)
        random = generator(dialogue_seed(self.seed, *seat), "age")
        cast = self.casting.of(document.language).cast(self.hands[seat], subject_of(document), random)
        return _in_script(cast, document)


@dataclass(frozen=True)
class GivenCasts:
    """The casts of a file; its lines are kept as they are, which takes a third of the room of the casts themselves."""

    lines: Mapping[Seat, bytes]

    @classmethod
    def read(cls, path: Path) -> "GivenCasts":
        """Every line checked; raises `ConfigError` that names the first that is no cast, or comes twice."""
        lines: dict[Seat, bytes] = {}
        for number, line in enumerate(_lines(path), 1):
            row = _row(line, f"{path}:{number}")
            if (seat := Seat(row.document, row.replicate)) in lines:
                raise ConfigError(f"{path}:{number}: a second cast for dialogue {row.replicate} about {row.document}")
            lines[seat] = line
        return cls(lines)

    def cast(self, document: Document, replicate: int) -> Cast:
        return CastRow.model_validate_json(self.lines[Seat(document.id, replicate)]).cast


def write_casts(casts: Casts, documents: Iterable[Document | DocumentFailure], dialogues: int, out: Path) -> None:
    """A file of casts, in the order of the documents, in place of none but earlier casts.

    Raises `ConfigError` where it cannot be written.
    """
    if out.is_file() and out.stat().st_size:
        try:
            GivenCasts.read(out)
        except ConfigError:
            raise ConfigError(f"{out} is there already and holds no casts; choose another -o") from None
    try:
        with out.open("w", encoding="utf-8") as file:
            for document in documents:
                if isinstance(document, Document):
                    file.writelines(_rows(casts, document, dialogues))
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}") from None


def _rows(casts: Casts, document: Document, dialogues: int) -> Iterator[str]:
    for replicate in range(dialogues):
        row = CastRow(document=document.id, replicate=replicate, cast=casts.cast(document, replicate))
        yield row.model_dump_json() + "\n"


def _seats(documents: Iterable[Document | DocumentFailure], dialogues: int) -> Iterable[Seat]:
    for document in documents:
        if isinstance(document, Document):
            yield from (Seat(document.id, replicate) for replicate in range(dialogues))


def _complete(casts: GivenCasts, path: Path, seats: Iterable[Seat]) -> GivenCasts:
    missing = [seat for seat in seats if seat not in casts.lines]
    if missing:
        raise ConfigError(f"{path} has no cast for {_named(missing)}; r2s cast with the same settings writes them all")
    return casts


def _named(seats: Sequence[Seat]) -> str:
    named = ", ".join(f"dialogue {seat.replicate} about {seat.document}" for seat in seats[:NAMED])
    return named + (f" and {len(seats) - NAMED} more" if len(seats) > NAMED else "")


def _lines(path: Path) -> Iterable[bytes]:
    try:
        with path.open("rb") as file:
            yield from (line for line in file if line.strip())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None


def _row(line: bytes, where: str) -> CastRow:
    try:
        return CastRow.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the line"
        raise ConfigError(f"{where}: {place}: {first['msg']}") from None


def _in_script(cast: Cast, document: Document) -> Cast:
    """Populations are written in simplified script."""
    if document.lang != "zh-Hant":
        return cast
    return Cast.model_validate_json(to_traditional(cast.model_dump_json()))
