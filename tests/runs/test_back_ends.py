"""What a run learns of its servers: how much their prefix caches served between its begin and its end."""

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from r2s.config import RunConfig, load_config
from r2s.models.transport.sessions import close
from r2s.runs.back_ends import BackEnds
from r2s.runs.meter import Meter
from r2s.runs.reading import read_run
from r2s.runs.runner import Run
from tests.conftest import LIGHTHOUSE


class Farm:
    """A server that only has metrics: so many prompt tokens looked up, so many found."""

    def __init__(self) -> None:
        self.looked_up, self.found, self.has_metrics = 1000, 600, True
        self.url = ""

    async def metrics(self, request: web.Request) -> web.Response:
        if not self.has_metrics:
            raise web.HTTPNotFound
        lines = [f"vllm:prefix_cache_queries_total {self.looked_up}", f"vllm:prefix_cache_hits_total {self.found}"]
        return web.Response(text="\n".join(lines))


@pytest.fixture
async def farm() -> AsyncIterator[Farm]:
    farm, app = Farm(), web.Application()
    app.router.add_get("/metrics", farm.metrics)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    farm.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield farm
    await close()
    await runner.cleanup()


def back_ends(config: RunConfig) -> BackEnds:
    return BackEnds(config, Meter(config.limits))


async def test_only_what_the_server_served_since_the_run_began_counts(farm):
    ends = back_ends(load_config(flags={"models.default": "openai:any", "base_url": farm.url}))
    ends.open()
    await ends.begin()
    farm.looked_up, farm.found = 1500, 900

    figures = await ends.figures()

    assert figures[farm.url]["prefix_cache"] == {"looked_up": 500, "found": 300}


@pytest.mark.parametrize("change", [{"has_metrics": False}, {"looked_up": 10, "found": 2}])
async def test_a_server_without_metrics_or_started_again_is_passed_over_in_silence(farm, change):
    ends = back_ends(load_config(flags={"models.default": "openai:any", "base_url": farm.url}))
    ends.open()
    await ends.begin()
    vars(farm).update(change)

    figures = await ends.figures()

    assert "prefix_cache" not in figures[farm.url]


async def test_an_engine_in_this_process_begins_with_as_many_calls_at_once_as_it_may_have(monkeypatch, tmp_path):
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setattr("r2s.extras.find_spec", lambda name: object())
    config = load_config(flags={"models.default": f"hf:{tmp_path}", "limits.concurrency": 200})
    ends = back_ends(config)
    ends.open()

    assert [limiter.level.slots for limiter in ends._limiters.values()] == [200]
    assert ends.of("planner").name == f"hf:{tmp_path.name}"


async def test_limiters_that_no_call_passes_tell_nothing(farm):
    config = load_config(flags={"models.default": "openai:any", "base_url": farm.url})
    near, far = Meter(config.limits), Meter(config.limits)

    BackEnds(config, near).open()
    BackEnds(config, far).open(far=True)

    assert near.pulse().limit == 16
    assert far.pulse().limit is None


async def test_the_status_of_a_run_tells_what_the_cache_served(tmp_path):
    (tmp_path / "doc.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    await Run([tmp_path / "doc.txt"], load_config(flags={"turns": 1}), tmp_path / "run").play()
    metrics = tmp_path / "run" / "metrics.json"
    served = {"one": {"prefix_cache": {"looked_up": 300, "found": 150}}, "two": {}}
    before = read_run(tmp_path / "run").prefix_served

    metrics.write_text(json.dumps({**json.loads(metrics.read_text()), "endpoints": served}))

    assert before is None
    assert read_run(tmp_path / "run").prefix_served == 0.5
