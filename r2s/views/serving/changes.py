"""What is new since a page looked last: rows of trees, what failed, how far the run is, whether a tree has grown.

A page says what it knows by a mark (`since`) that an earlier answer gave it. `goes` tells it whether to look again:
pages of a run at rest ask for nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import orjson
from aiohttp import web

from r2s.errors import TreeError
from r2s.views.index_page import failures, run_facts
from r2s.views.serving import replies
from r2s.views.serving.progress import progress
from r2s.views.serving.site import PATIENCE, Site


@dataclass(frozen=True)
class Mark:
    """What a page of the run knows: so many rows of which file of trees, and a hash of all else."""

    generation: int = -1
    rows: int = 0
    rest: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """The mark that was written so; of none that can be read, nothing is known."""
        generation, _, more = text.partition(".")
        rows, _, rest = more.partition(".")
        return cls(int(generation), int(rows), rest) if generation.isdecimal() and rows.isdecimal() else cls()

    def __str__(self) -> str:
        return f"{self.generation}.{self.rows}.{self.rest}"


async def run_changes(site: Site, request: web.Request) -> web.Response:
    await site.listing.refresh(PATIENCE)
    return replies.facts(changes_since(site, Mark.read(request.query.get("since", ""))))


async def tree_changes(site: Site, request: web.Request) -> web.Response:
    await site.listing.refresh(PATIENCE)
    return replies.facts(tree_state(site, request.match_info["name"]))


def changes_since(site: Site, known: Mark) -> dict[str, Any]:
    """What a page of the run does not know yet; rows come with the number that the first of them has."""
    listing, rest = site.listing, rest_of(site)
    lines, generation = listing.lines, listing.generation
    first = known.rows if known.generation == generation and known.rows <= len(lines) else 0
    rows = [orjson.Fragment(line.row) for line in lines[first:]]
    mark = Mark(generation, first + len(rows), _hash(rest))
    news: dict[str, Any] = {"since": str(mark), "goes": rest["progress"]["goes"]}
    if rows or first != known.rows:
        news |= {"first": first, "trees": rows}
    return news | (rest if mark.rest != known.rest else {})


def rest_of(site: Site) -> dict[str, Any]:
    """What the page of the run shows beside its rows."""
    errors = failures(site.directory.read_errors())
    return {"run": run_facts(site.manifest), **errors, "progress": progress(site, sum(errors["failed"].values()))}


def tree_state(site: Site, name: str) -> dict[str, Any]:
    """Which version of a tree there is, and how many trees."""
    listing = site.listing
    place = listing.place(name)
    if place is None:
        raise TreeError("this run has no such tree, or not yet")
    version = listing.lines[place].digest.hex()
    return {"version": version, "trees": len(listing.lines), "goes": progress(site, 0)["goes"]}


def _hash(value: Mapping[str, Any]) -> str:
    return hashlib.blake2s(orjson.dumps(value), digest_size=8).hexdigest()
