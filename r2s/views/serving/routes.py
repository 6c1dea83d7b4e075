"""Every address of the server, in one table: what it answers, and what it is for.

A page is HTML, counts are text; all else is JSON. Whatever is posted is JSON too, comes from a page of this server and
brings its key (see `door.py`); a request that cannot be granted is answered `{"error": why}`.
"""

from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple

from aiohttp import web

from r2s.views.serving import changes, counts, desk, forks, pages
from r2s.views.serving.site import Site

Handler = Callable[[Site, web.Request], Awaitable[web.StreamResponse]]


class Route(NamedTuple):
    """An address, what answers there, and what it is for."""

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    says: str


ROUTES = (
    Route("GET", "/", pages.index, "The page of the run."),
    Route("GET", "/changes", changes.run_changes, "What the page of the run does not know yet; `?since=MARK`."),
    Route("GET", "/metrics", counts.metrics, "The counts of the run's last sitting, in Prometheus' format."),
    Route("GET", "/trees/{name}", pages.tree, "The page of a tree."),
    Route("GET", "/trees/{name}/changes", changes.tree_changes, "Which version a tree has, and how many trees are."),
    Route("GET", "/fork", forks.standing, "The latest fork, and what is new of its branch; `?since=MARK`."),
    Route("GET", "/fork/settings", forks.settings, "What a fork can change, as the run had it."),
    Route("POST", "/fork/outlook", forks.outlook, "What a fork (`ForkForm`) would take; asks no model."),
    Route("POST", "/fork", forks.begin, "Play a fork (`ForkForm`), one at a time."),
    Route("POST", "/fork/stop", forks.stop, "Let the fork that is played come to its end early."),
    Route("GET", "/desk", desk.room, "The page of the desk: what people are asked."),
    Route("GET", "/desk/changes", desk.standing, "What is open and what was decided; `?since=MARK`."),
    Route("GET", "/desk/questions/{key}", desk.question, "A question, with the form of its answer."),
    Route("POST", "/desk/answer", desk.answer, "Answer a question (`Answered`)."),
    Route("POST", "/desk/decide", desk.decide, "Pause, resume, step, take over a role or give it back (`Decision`)."),
)
