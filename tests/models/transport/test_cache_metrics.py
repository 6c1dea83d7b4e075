"""A server's prefix cache as its metrics tell of it, and silence where there are none."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from r2s.models.prefixes import CacheCounts
from r2s.models.transport.cache_metrics import parse_cache_counts, read_cache_counts
from r2s.models.transport.sessions import close

METRICS = """# HELP vllm:prefix_cache_queries_total Prefix cache queries, in terms of number of queried tokens.
# TYPE vllm:prefix_cache_queries_total counter
vllm:prefix_cache_queries_total{engine="0",model_name="a}b"} 2.39171e+05
vllm:prefix_cache_queries_total{engine="1",model_name="a}b"} 1000.0
vllm:prefix_cache_queries_created{engine="0",model_name="a}b"} 1.7638e+09
vllm:prefix_cache_hits_total{engine="0",model_name="a}b"} 103424.0
vllm:prefix_cache_hits_total{engine="1",model_name="a}b"} 500.0
vllm:external_prefix_cache_hits_total{engine="0",model_name="a}b"} 7.0
"""

Serve = Callable[..., Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a server that answers at a path, and at no other: `await serve(METRICS, path="/metrics")`."""
    runners: list[web.AppRunner] = []

    async def begin(text: str, path: str = "/metrics", status: int = 200) -> str:
        async def answer(request: web.Request) -> web.Response:
            assert "Authorization" not in request.headers
            return web.Response(text=text, status=status)

        app = web.Application()
        app.router.add_get(path, answer)
        runners.append(web.AppRunner(app))
        await runners[-1].setup()
        await web.TCPSite(runners[-1], "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runners[-1].addresses[0][1]}"

    yield begin
    await close()
    for runner in runners:
        await runner.cleanup()


def test_the_counts_of_all_engines_are_added_up():
    assert parse_cache_counts(METRICS) == CacheCounts(240171, 103924)


@pytest.mark.parametrize("metrics", ["", "<html>hello</html>", METRICS.splitlines()[2]])
def test_metrics_without_both_counters_say_nothing(metrics):
    assert parse_cache_counts(metrics) is None


@pytest.mark.parametrize("end", ["/v1", "/v1/", ""])
async def test_the_metrics_stand_beside_the_api_and_get_no_credentials(serve, end):
    url = await serve(METRICS)

    assert await read_cache_counts(url.replace("http://", "http://user:secret@") + end) == CacheCounts(240171, 103924)


async def test_a_path_before_the_api_is_kept(serve):
    url = await serve(METRICS, path="/farm/metrics")

    assert await read_cache_counts(f"{url}/farm/v1") == CacheCounts(240171, 103924)


async def test_a_server_without_metrics_or_that_is_gone_says_nothing(serve):
    without = await serve(METRICS, path="/elsewhere")
    failing = await serve(METRICS, status=500)

    for url in (without, failing, "http://127.0.0.1:9/v1", "no address"):
        assert await read_cache_counts(url) is None


def test_what_came_since_is_the_difference_and_unknown_where_counting_began_anew():
    before = CacheCounts(100, 40)

    assert CacheCounts(150, 80).since(before) == CacheCounts(50, 40)
    assert CacheCounts(120, 10).since(before) is None
