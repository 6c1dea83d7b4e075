"""The counts of the run for Prometheus, beside its pages."""

import asyncio

from aiohttp import web

from r2s.extras import load
from r2s.views.serving import replies
from r2s.views.serving.site import Site


async def metrics(site: Site, request: web.Request) -> web.Response:
    load("prometheus_client", "/metrics", "prometheus")
    from r2s.observers.prometheus import MEDIA_TYPE, RunExposition

    if not site.manifest:
        return replies.refusal("there is no run here yet", 503)
    site.counts = site.counts or RunExposition(site.path)
    text = await asyncio.to_thread(site.counts.text)
    return web.Response(body=text, headers={"Content-Type": MEDIA_TYPE})
