"""The names of batch models: `batch:DIR`, or `batch:DIR#MODEL` where it is known which model will answer."""

from pathlib import Path
from typing import NamedTuple

# Whoever answers, where no model is named: the name in journals, trees and requests.
ANYBODY = "batch"


class BatchAddress(NamedTuple):
    """The folder that requests are written to, and the model they are for; empty where it is named when they go out."""

    folder: Path
    model: str

    @property
    def name(self) -> str:
        """What the model is called in journals and trees: as if it were asked directly, and never by the folder."""
        return f"openai:{self.model}" if self.model else ANYBODY


def batch_address(name: str) -> BatchAddress | None:
    """The address behind a model's name; None where it is no batch model."""
    kind, _, rest = name.partition(":")
    folder, sign, model = rest.rpartition("#")
    folder, model = (folder, model) if sign else (rest, "")
    return BatchAddress(Path(folder), model) if kind == ANYBODY and folder else None
