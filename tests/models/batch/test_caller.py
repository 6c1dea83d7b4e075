"""Waiting for a reply in the middle of a graph: it is no failure, and keeps nobody beside it from going on."""

import asyncio
from typing import Any

import pytest

from r2s.errors import WaitingError
from r2s.graphs.cod_review import cod_review_graph
from r2s.graphs.state import opening_state
from r2s.graphs.team import Rules, team
from r2s.models.batch.caller import Awaited
from r2s.models.request import Answer, Reply, Request
from r2s.policies.casting import SampledCast
from r2s.seeds import generator
from tests.conftest import Scripted


class Waits(Scripted):
    """The first of those who share a role waits for a reply; the others take their time."""

    def __init__(self, role: str) -> None:
        super().__init__({})
        self.role, self.done = role, list[str]()

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        if request.role == self.role and not self.of(self.role):
            self.requests.append(request)
            raise Awaited("to come")
        reply = await super().answer(request)
        await asyncio.sleep(0.02)
        self.done.append(request.role)
        return reply


@pytest.mark.parametrize(("role", "done"), [("candidate", 2), ("reviewer", 2)])
async def test_who_works_beside_a_waiting_one_comes_to_its_end(document, role: str, done: int) -> None:
    model = Waits(role)
    graph = cod_review_graph(team(lambda role: model, reviewers=3, candidates=3), Rules())
    state: Any = opening_state(document, SampledCast().draw("it", "en", generator(1, "cast")), 1)

    with pytest.raises(WaitingError):
        await graph.ainvoke(state)

    assert model.done.count(role) == done
    assert "chairman" not in model.done


@pytest.mark.parametrize("role", ["planner", "user", "chairman"])
async def test_nobody_takes_waiting_for_a_failure(document, role: str) -> None:
    model = Waits(role)
    graph = cod_review_graph(team(lambda role: model), Rules())
    state: Any = opening_state(document, SampledCast().draw("it", "en", generator(1, "cast")), 1)

    with pytest.raises(WaitingError):
        await graph.ainvoke(state)

    assert len(model.of(role)) == 1
