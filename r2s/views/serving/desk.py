"""The desk from a page: what is asked, an answer, and decisions; all rules are those of `r2s desk`."""

import asyncio
import hashlib
from typing import Any, Literal

import orjson
from aiohttp import web
from pydantic import BaseModel, JsonValue

from r2s.errors import TreeError
from r2s.runs.desk_client import DeskClient, person_called
from r2s.views.desk_page import SERVED as LOOK
from r2s.views.desk_page import desk_page, listed, shown
from r2s.views.index_page import run_facts
from r2s.views.serving.progress import state_of
from r2s.views.serving.replies import facts, page, read_body
from r2s.views.serving.site import Site


class Answered(BaseModel):
    """The answer to a question, by somebody who may have a name."""

    key: str
    reply: dict[str, JsonValue]
    name: str = ""


class Decision(BaseModel):
    """What somebody decides about a run; a role is taken over, or given back, in one document where it is named."""

    what: Literal["pause", "resume", "step", "take", "give_back"]
    role: str = ""
    document: str = ""
    name: str = ""


async def room(site: Site, request: web.Request) -> web.Response:
    served = {"key": site.door.key, "since": ""}
    return page(desk_page(run_facts(site.manifest), served), LOOK.policy)


async def standing(site: Site, request: web.Request) -> web.Response:
    state = await asyncio.to_thread(_state, site)
    mark = hashlib.blake2s(orjson.dumps(state), digest_size=8).hexdigest()
    news = {} if request.query.get("since") == mark else state
    return facts({**news, "since": mark, "goes": state["state"] in ("absent", "running") or bool(state["questions"])})


async def question(site: Site, request: web.Request) -> web.Response:
    found = DeskClient(site.path).folder.question(request.match_info["key"])
    if found is None:
        raise TreeError("this question needs no answer any more")
    return facts(shown(found))


async def answer(site: Site, request: web.Request) -> web.Response:
    given = await read_body(request, Answered)
    client, person = DeskClient(site.path), person_called(given.name)
    verdict = await asyncio.to_thread(client.answer, given.key, given.reply, person)
    return facts({"outcome": verdict.outcome, "faults": [fault.model_dump() for fault in verdict.faults]})


async def decide(site: Site, request: web.Request) -> web.Response:
    wanted = await read_body(request, Decision)
    await asyncio.to_thread(_decide, DeskClient(site.path), wanted)
    return await standing(site, request)


def _decide(client: DeskClient, wanted: Decision) -> None:
    match wanted.what:
        case "take":
            client.take(wanted.role, wanted.document or None, person_called(wanted.name))
        case "give_back":
            client.give_back(wanted.role, wanted.document or None)
        case "pause" | "resume" | "step" as what:
            {"pause": client.pause, "resume": client.resume, "step": client.step}[what]()


def _state(site: Site) -> dict[str, Any]:
    """What the page shows beside the question that is being answered."""
    nothing = {"paused": False, "taken": [], "roles": [], "questions": []}
    if not site.manifest or not site.directory.config.exists():
        return {"state": "absent", **nothing}
    client = DeskClient(site.path)
    control = client.control()
    return {
        "state": state_of(site),
        "paused": control.paused,
        "taken": [take.model_dump() for take in control.taken],
        "roles": client.roles,
        "questions": [listed(question) for question in client.questions()],
    }
