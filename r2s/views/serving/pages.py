"""The pages: the index of the run, and the page of each tree, made when it is asked for."""

import asyncio

from aiohttp import web

from r2s.errors import TreeError
from r2s.views import index_page, tree_page
from r2s.views.serving.changes import Mark
from r2s.views.serving.replies import message_page, page
from r2s.views.serving.site import PATIENCE, Site
from r2s.views.static import calls_of


async def index(site: Site, request: web.Request) -> web.Response:
    await site.listing.refresh(PATIENCE)
    lines = list(site.listing.lines)
    since = Mark(site.listing.generation, len(lines))
    beginning, end = index_page.index_parts(site.manifest, served=_served(site, str(since)))
    rows = ",\n".join(line.row for line in lines)
    ending = index_page.index_ending(site.directory.read_errors())
    return page(f"{beginning}{rows}{ending}{end}", index_page.SERVED.policy)


async def tree(site: Site, request: web.Request) -> web.Response:
    await site.listing.refresh(PATIENCE)
    try:
        text = await asyncio.to_thread(_tree, site, request.match_info["name"])
    except TreeError as error:
        return message_page(str(error), 404)
    return page(text, tree_page.SERVED.policy)


def _tree(site: Site, name: str) -> str:
    tree, line = site.listing.read_tree(name)
    with calls_of(site.directory, site.journal) as find:
        calls = find([key for node in tree.nodes for key in node.usage.calls])
    return tree_page.tree_page(tree, calls=calls, place=_place(site, name), served=_served(site, line.digest.hex()))


def _place(site: Site, name: str) -> tree_page.Place:
    lines, at = site.listing.lines, site.listing.place(name) or 0
    before = lines[at - 1].name if at else None
    after = lines[at + 1].name if at + 1 < len(lines) else None
    return tree_page.Place(at + 1, "../", before, after)


def _served(site: Site, since: str) -> dict[str, str]:
    """What a page needs to know of its server: the key to ask for changes with, and what it knows already."""
    return {"key": site.door.key, "since": since}
