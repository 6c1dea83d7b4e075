"""The mock server and a database server, for runs; and a run whose counts cannot be written."""

from typing import Any

import pytest

from r2s.errors import RunError
from r2s.runs.back_ends import BackEnds
from tests.postgres import database, postgres  # noqa: F401
from tests.servers import serve  # noqa: F401


@pytest.fixture
def closed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[BackEnds]:
    """The back ends that are closed, while the counts of endpoints cannot be written in the module that is named."""
    closed: list[BackEnds] = []

    async def close(back_ends: BackEnds) -> None:
        closed.append(back_ends)

    def fail(*counted: Any) -> None:
        raise RunError("the disk is full")

    monkeypatch.setattr(BackEnds, "close", close)
    monkeypatch.setattr(f"{request.param}.add_endpoints", fail)
    return closed
