"""How many rows an update takes: the recipe's batch, made smaller where there is too little to learn from."""

import math
from dataclasses import dataclass

from r2s.training.settings import TrainSettings

# Under this an update follows single rows more than what they have in common.
LEAST_ROWS = 8


@dataclass(frozen=True)
class Batches:
    """`rows` of one update on all devices together, in `sequences` (packs of rows, or single rows).

    A device reads `micro` sequences at once and `accumulation` times that before an update.
    """

    wanted: int
    rows: int
    sequences: int
    micro: int
    accumulation: int
    updates: int
    epochs: float

    @property
    def note(self) -> str | None:
        """What to say where the batch is not the one that was asked for."""
        if self.rows == self.wanted:
            return None
        return (
            f"the batch is {self.rows} rows in place of {self.wanted}, so that {self.updates} updates are made in "
            f"{self.epochs:g} epochs (least_updates sets how many an epoch should have)"
        )


def plan_batches(settings: TrainSettings, rows: int, sequences: int, devices: int) -> Batches:
    """The batch for this many rows, packed into this many sequences, on this many devices."""
    wanted = min(settings.batch, max(LEAST_ROWS, rows // settings.least_updates))
    per_update = max(1, round(wanted * sequences / rows))
    micro = min(settings.micro_batch, max(1, per_update // devices))
    accumulation = max(1, round(per_update / (micro * devices)))
    read = min(micro * accumulation * devices, sequences)
    per_epoch = math.ceil(sequences / (micro * accumulation * devices))
    return Batches(
        wanted=settings.batch,
        rows=max(1, round(read * rows / sequences)),
        sequences=micro * accumulation * devices,
        micro=micro,
        accumulation=accumulation,
        updates=math.ceil(per_epoch * settings.epochs),
        epochs=settings.epochs,
    )
