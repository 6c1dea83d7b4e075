"""What a server's prefix cache has served, as vLLM (and what is built on it) tells at `/metrics`."""

import re

import aiohttp
from yarl import URL

from r2s.models.prefixes import CacheCounts
from r2s.models.transport.endpoint import bare
from r2s.models.transport.sessions import session

# Prometheus' text format: a line a counter and set of labels. Servers of several engines have one line for each.
_COUNTER = re.compile(r"^vllm:prefix_cache_(queries|hits)(?:_total)?(?:\{.*\})? ([0-9.eE+]+)", re.MULTILINE)
_PATIENCE = aiohttp.ClientTimeout(total=2)


async def read_cache_counts(base_url: str) -> CacheCounts | None:
    """The server's counts since it began, whoever asked; None where it has no such metrics or does not answer soon."""
    try:
        async with (await session()).get(_metrics_of(base_url), timeout=_PATIENCE) as response:
            return parse_cache_counts(await response.text()) if response.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, OverflowError):
        return None


def parse_cache_counts(metrics: str) -> CacheCounts | None:
    """The two counters among a server's metrics; None where they are missing."""
    found = _COUNTER.findall(metrics)
    if {name for name, _ in found} != {"queries", "hits"}:
        return None
    looked_up, hits = (round(sum(float(value) for name, value in found if name == one)) for one in ("queries", "hits"))
    return CacheCounts(looked_up, hits)


def _metrics_of(base_url: str) -> URL:
    """The metrics stand beside the API, and are asked for without our credentials."""
    url = URL(bare(base_url).rstrip("/"))
    return url.parent / "metrics" if url.name == "v1" else url / "metrics"
