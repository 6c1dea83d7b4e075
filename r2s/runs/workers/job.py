"""What a worker is told: the run that it plays for, and one dialogue after the other."""

from typing import Any

from pydantic import BaseModel

from r2s.agents.prompts import Prompts
from r2s.config import Limits, RunConfig
from r2s.documents import Document
from r2s.policies.casting import GivenCast, QuotaCast, SampledCast
from r2s.trees.node import Cast


class Task(BaseModel, frozen=True):
    """The run as each worker needs it: nothing in it names a file of the driver's, except the folders of models.

    `has_journal` tells whether calls are kept, `prompts` are prompts by file name where they are not as shipped, and
    `environment` what the driver's environment says about the endpoint: its address and our key to it.
    """

    version: str
    run: str
    config: dict[str, Any]
    has_journal: bool
    forgive: bool
    prompts: tuple[tuple[str, str], ...]
    environment: dict[str, str]

    def configuration(self, limits: Limits) -> RunConfig:
        """The configuration under a worker's share of the limits."""
        return RunConfig.model_validate({**self.config, "limits": limits.model_dump(mode="json")})


class Job(BaseModel, frozen=True):
    """One dialogue to be played; its `cast` comes with it where it does not follow from the document alone."""

    document: Document
    replicate: int
    cast: Cast | None


def travelling(config: RunConfig) -> tuple[dict[str, Any], Prompts]:
    """The configuration without what is read from files here, and the prompts that it names."""
    settings = config.model_dump(mode="json")
    casting = config.policies.casting
    if is_dealt(config):
        settings["policies"]["casting"] = SampledCast(develop=casting.develop).model_dump(mode="json")
    return {**settings, "prompts": None}, config.prompts.read() if config.prompts else Prompts()


def is_dealt(config: RunConfig) -> bool:
    """Whether casts come of the whole run, or of a file, and not of each document alone."""
    return isinstance(config.policies.casting, QuotaCast | GivenCast)


def share(limits: Limits, number: int, count: int) -> Limits:
    """The part of an endpoint's capacity that worker `number` of `count` drives; together they drive the whole."""
    concurrency = limits.concurrency // count + (number < limits.concurrency % count)
    return limits.model_copy(
        update={
            "concurrency": concurrency,
            "requests_per_minute": limits.requests_per_minute and limits.requests_per_minute / count,
            "tokens_per_minute": limits.tokens_per_minute and limits.tokens_per_minute / count,
        }
    )
