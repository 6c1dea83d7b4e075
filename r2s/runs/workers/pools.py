"""The pool that a configuration asks for."""

import os
from importlib.metadata import version
from typing import Any

from r2s.config import RunConfig
from r2s.errors import ConfigError
from r2s.models.journal import Journal
from r2s.models.names import is_person
from r2s.runs.casts import Casts
from r2s.runs.events import Tell
from r2s.runs.meter import Meter
from r2s.runs.workers.channel import Launcher
from r2s.runs.workers.job import Task, is_dealt, travelling
from r2s.runs.workers.pool import WorkerPool

# Of the environment, what langchain-openai reads: the server's address and our key to it.
PREFIX = "OPENAI_"


def pool_for(
    config: RunConfig,
    meter: Meter,
    *,
    run: str,
    casts: Casts,
    tell: Tell,
    journal: Journal | None = None,
    given: Any = None,
    forgive: bool = False,
) -> WorkerPool | None:
    """The pool, not yet at work; None where dialogues are played in this process.

    Raises `ConfigError` where what is to answer, `given` or by name, cannot be asked from other processes.
    """
    if config.engine.kind == "local" and config.engine.workers is None:
        return None
    _check(config, given)
    settings, prompts = travelling(config)
    task = Task(
        version=version("r2s-dialogues"),
        run=run,
        config=settings,
        has_journal=journal is not None,
        forgive=forgive,
        prompts=prompts.own,
        environment={name: value for name, value in os.environ.items() if name.startswith(PREFIX)},
    )
    dealt = casts if is_dealt(config) else None
    return WorkerPool(_launcher(config), task, meter, journal=journal, casts=dealt, tell=tell)


def _launcher(config: RunConfig) -> Launcher:
    engine = config.engine
    if engine.kind == "ray":
        from r2s.runs.workers.cluster import RayCluster

        return RayCluster(engine.ray_address, engine.workers, gpus=len(_loaded(config, "vllm:")))
    from r2s.runs.workers.process import Processes

    assert engine.workers is not None, "without workers dialogues are played in this process"
    return Processes(engine.workers)


def _loaded(config: RunConfig, kind: str) -> set[str]:
    """The models of this kind."""
    return {name for name in config.named_models.values() if name.startswith(kind)}


def _check(config: RunConfig, given: Any) -> None:
    if given is not None:
        raise ConfigError("a model that is given as an object plays in its own process only; leave engine as it is")
    if any(map(is_person, config.named_models.values())):
        raise ConfigError("a person answers at the desk of a run in one process; leave --engine and --workers away")
    if _loaded(config, "batch:"):
        raise ConfigError("batch: asks nobody and needs no workers; leave --engine and --workers away")
    if _loaded(config, "vllm:") and config.engine.kind == "local":
        raise ConfigError("vllm: needs a GPU for each worker; --engine ray gives them one each")
