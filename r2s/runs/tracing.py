"""Tracing: LangSmith hears of a dialogue only where the configuration asks for it, whatever the environment says."""

from collections.abc import Iterator
from contextlib import contextmanager

from r2s.config import RunConfig


@contextmanager
def traced_as(config: RunConfig) -> Iterator[None]:
    """Within it, traces are sent as LangSmith's own variables say where `tracing` is set, else none."""
    if config.tracing:
        yield
        return
    from langsmith import tracing_context

    with tracing_context(enabled=False):
        yield
