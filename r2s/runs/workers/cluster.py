"""Workers as actors of a Ray cluster, one a core, and with a GPU of its own where it loads a model into vLLM.

An actor is sent messages by `hear` and asked for its own by `tell`, which answers once there are some. Nothing secret
is in what makes an actor, for Ray keeps that; the task comes by `hear`, from process to process.
"""

import asyncio
import contextlib
import logging
import os
import sys
from importlib.util import find_spec
from typing import Any

from r2s.errors import ConfigError
from r2s.runs.workers.channel import Channel, LostWorkerError
from r2s.runs.workers.worker import Worker

# Bytes of the object store of a Ray that is started for one run: messages are small, and few lie there.
STORE = 100_000_000
# What is under way at once in an actor: the one `tell`, and as many `hear` as have not been done yet.
AT_ONCE = 1000


class RayCluster:
    """The cluster at an address, or a Ray of this run's own on this machine; `gpus` is how many a worker needs."""

    def __init__(self, address: str | None, workers: int | None, gpus: int = 0) -> None:
        if find_spec("ray") is None:
            raise ConfigError("--engine ray needs Ray; install it with: pip install 'r2s-dialogues[ray]'")
        self._address, self._workers, self._gpus = address, workers, gpus
        self._is_ours = False
        self._quiet = contextlib.ExitStack()
        self.count = 0

    async def open(self) -> None:
        """Join the cluster; Ray's own waiting keeps nobody else waiting."""
        # What Ray has to say of its nodes it prints where results belong.
        self._quiet.enter_context(contextlib.redirect_stdout(sys.stderr))
        await asyncio.to_thread(self._join)

    def channel(self) -> Channel:
        """A channel to an actor that is yet to be made, on whichever node is least busy."""
        import ray

        options: dict[str, Any] = {"num_cpus": 1, "num_gpus": self._gpus, "scheduling_strategy": "SPREAD"}
        return _Actor(ray.remote(Host).options(max_restarts=0, max_concurrency=AT_ONCE, **options))

    async def close(self) -> None:
        """Leave the cluster; a Ray of our own ends with it."""
        if self._is_ours:
            import ray

            await asyncio.to_thread(ray.shutdown)
        self._quiet.close()

    def _join(self) -> None:
        # Ray reports its use to its makers unless it is told not to.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        import ray

        if not ray.is_initialized():
            self._is_ours = True
            own: dict[str, Any] = {"include_dashboard": False, "object_store_memory": STORE, "num_cpus": self._cores()}
            try:
                ray.init(
                    self._address or "local",
                    log_to_driver=False,
                    logging_level=logging.ERROR,
                    **({} if self._address else own),
                )
            except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
                where = self._address or "this machine"
                raise ConfigError(f"there is no Ray at {where} that can be joined: {error}") from None
        self.count = self._workers or max(1, int(self._resource("CPU")))
        if self._gpus:
            self.count = min(self.count, int(self._resource("GPU")) // self._gpus)
            if not self.count:
                raise ConfigError(f"vllm: needs {self._gpus} GPU for each worker, and the cluster has none to give")

    def _cores(self) -> int:
        return max(self._workers or 0, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)

    @staticmethod
    def _resource(name: str) -> float:
        import ray

        return ray.cluster_resources().get(name, 0)


class Host:
    """The actor: a worker, and what it has to say until the driver fetches it."""

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._said: list[bytes] = []
        self._says = asyncio.Event()

    async def hear(self, frames: list[bytes]) -> None:
        """Messages of the driver."""
        if self._worker is None:
            self._worker = Worker(self._say)
        for frame in frames:
            self._worker.hear(frame)

    async def tell(self) -> list[bytes]:
        """Messages for the driver, as soon as there are any."""
        await self._says.wait()
        self._says.clear()
        said, self._said = self._said, []
        return said

    def _say(self, frame: bytes) -> None:
        self._said.append(frame)
        self._says.set()


class _Actor:
    """A channel to an actor; what is sent in one turn of the event loop goes together."""

    def __init__(self, actor_class: Any) -> None:
        self._class, self._actor = actor_class, None
        self._unsent: list[bytes] = []
        self._received: list[bytes] = []

    async def open(self) -> None:
        self._actor = self._class.remote()

    def send(self, frame: bytes) -> None:
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unsent.append(frame)

    def _flush(self) -> None:
        frames, self._unsent = self._unsent, []
        if self._actor is not None:
            self._actor.hear.remote(frames)

    async def receive(self) -> bytes:
        from ray.exceptions import RayError

        assert self._actor is not None, "a channel is opened first"
        while not self._received:
            try:
                self._received = list(reversed(await self._actor.tell.remote()))
            except RayError as error:
                raise LostWorkerError(_reason(error)) from None
        return self._received.pop()

    async def close(self) -> None:
        import ray

        if self._actor is not None:
            ray.kill(self._actor)
        self._actor = None


def _reason(error: Exception) -> str:
    """What Ray says, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {' '.join(lines)[:300]}"
