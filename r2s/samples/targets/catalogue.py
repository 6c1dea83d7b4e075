"""The export targets by name."""

from typing import Annotated, Literal

from pydantic import Field

from r2s.samples.targets.alpaca import Alpaca
from r2s.samples.targets.gllm import Gllm
from r2s.samples.targets.gllm_turn import GllmTurns
from r2s.samples.targets.messages import Messages
from r2s.samples.targets.oasst import Oasst
from r2s.samples.targets.preference import Preference
from r2s.samples.targets.prompt_completion import PromptCompletion
from r2s.samples.targets.sharegpt import ShareGpt

TargetName = Literal["messages", "prompt-completion", "sharegpt", "alpaca", "preference", "oasst", "gllm", "gllm_turn"]
AnyTarget = Annotated[
    Messages | PromptCompletion | ShareGpt | Alpaca | Preference | Oasst | Gllm | GllmTurns,
    Field(discriminator="kind"),
]
