"""The filters by name."""

from typing import Annotated

from pydantic import Field

from r2s.samples.filters.contamination import Contamination
from r2s.samples.filters.difficulty import Ifd
from r2s.samples.filters.duplicates import Duplicates
from r2s.samples.filters.matter import Coverage, Flaws, Language, Repetition
from r2s.samples.filters.measured import Measured
from r2s.samples.filters.scores import Dissent, Scores
from r2s.samples.filters.size import Characters, Turns

AnyFilter = Annotated[
    Scores
    | Dissent
    | Coverage
    | Turns
    | Characters
    | Language
    | Repetition
    | Flaws
    | Ifd
    | Measured
    | Duplicates
    | Contamination,
    Field(discriminator="kind"),
]
