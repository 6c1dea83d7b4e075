"""What is heard from a training under way, and how it is stopped."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch  # pyright: ignore[reportMissingImports]
from accelerate import PartialState  # pyright: ignore[reportMissingImports]
from accelerate.utils import reduce  # pyright: ignore[reportMissingImports]
from transformers import TrainerCallback  # pyright: ignore[reportMissingImports]

from r2s.errors import TrainError


@dataclass(frozen=True)
class Step:
    """One update of the weights; `seconds` are those of this process since it began, at update `began`."""

    number: int
    total: int
    loss: float
    learning_rate: float
    seconds: float
    began: int

    @property
    def seconds_left(self) -> float:
        done = self.number - self.began
        return (self.total - self.number) * self.seconds / done if done else math.inf


class Watch(TrainerCallback):
    """Tells of every update, stops with a checkpoint when asked to, and ends a training whose loss is no number."""

    def __init__(self, on_step: Callable[[Step], None], stop: Callable[[], bool]) -> None:
        self._on_step = on_step
        self._stop = stop
        self._clock, self._began = 0.0, 0
        self.is_stopped = False

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._clock, self._began = time.monotonic(), state.global_step

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.global_step < state.max_steps and _agreed(self._stop(), args.device):
            self.is_stopped = control.should_save = control.should_training_stop = True

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
        if not logs or "loss" not in logs:
            return
        loss = float(logs["loss"])
        if not math.isfinite(loss):
            raise TrainError(
                f"the loss is {loss} at update {state.global_step}: lower the learning_rate, or compute in bf16 or fp32"
            )
        seconds = time.monotonic() - self._clock
        self._on_step(
            Step(state.global_step, state.max_steps, loss, float(logs["learning_rate"]), seconds, self._began)
        )


def _agreed(is_wanted: bool, device: Any) -> bool:
    """Whether any process wants it: one that stopped alone would leave the others waiting."""
    if PartialState().num_processes == 1:
        return is_wanted
    return bool(reduce(torch.tensor(float(is_wanted), device=device), "sum"))
