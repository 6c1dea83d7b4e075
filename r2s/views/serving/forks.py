"""Forking from a page: what can be changed, what a fork would take, the fork itself, and how far it is.

Methods and their graphs are loaded when somebody forks: a page that is only looked at does not wait for them.
"""

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING

from aiohttp import web

from r2s.errors import ConfigError, TreeError
from r2s.views.serving.fork_form import ForkForm, settings_of
from r2s.views.serving.replies import facts, read_body
from r2s.views.serving.site import Site
from r2s.views.static import page_name

if TYPE_CHECKING:
    from r2s.runs.forking import Forking, Outlook


async def settings(site: Site, request: web.Request) -> web.Response:
    return facts(await asyncio.to_thread(settings_of, site.directory.config))


async def standing(site: Site, request: web.Request) -> web.Response:
    job = site.forks.job
    news = job.news(request.query.get("since", "")) if job else {"since": "", "job": None, "grown": []}
    return facts({**news, "goes": site.forks.is_playing})


async def outlook(site: Site, request: web.Request) -> web.Response:
    """Whoever fills in a form is told what is still amiss; that is no failure."""
    form = await read_body(request, ForkForm)
    try:
        _, outlook = await asyncio.to_thread(_looked_at, site, form)
    except (ConfigError, TreeError) as error:
        return facts({"refused": str(error)})
    return facts(asdict(outlook))


async def begin(site: Site, request: web.Request) -> web.Response:
    form = await read_body(request, ForkForm)
    forking, outlook = await asyncio.to_thread(_looked_at, site, form)
    if outlook.paid and not outlook.is_known and not form.agreed:
        raise ConfigError(f"{', '.join(outlook.paid)} may cost money; say that this is agreed")
    job = await site.forks.begin(forking, outlook)
    return facts({"job": job.figures()}, 202)


async def stop(site: Site, request: web.Request) -> web.Response:
    site.forks.stop()
    return await standing(site, request)


def _looked_at(site: Site, form: ForkForm) -> "tuple[Forking, Outlook]":
    """The fork that a form asks for, and what it would take; only its own tree is read."""
    from r2s.runs.forking import Forking

    forking = Forking(form.request(site.path, site.directory.config), journal=site.journal)
    tree, _ = site.listing.read_tree(page_name(form.tree))
    return forking, forking.outlook([tree])
