"""What the server answers with: pages, JSON, refusals, each with the headers that keep a browser from more."""

import html
from typing import Any, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError

from r2s.errors import ConfigError

Body = TypeVar("Body", bound=BaseModel)

# A request holds some settings, or what a person says.
LONGEST_BODY = 256 * 1024
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# No page of a run is kept by a browser, framed or read by another site, or told of to one.
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": NOTHING,
}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Give every answer the headers that it has not set itself."""
    response.headers["Server"] = "r2s"
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def page(text: str, policy: str = "", status: int = 200) -> web.Response:
    """A page of ours; `policy` is what its own header lets it do."""
    headers = {"Content-Security-Policy": f"{policy}; frame-ancestors 'none'"} if policy else {}
    return web.Response(text=text, content_type="text/html", charset="utf-8", status=status, headers=headers)


def message_page(message: str, status: int, head: str = "") -> web.Response:
    """A page that says one thing."""
    said = f"<title>R2S</title>{head}<p>{html.escape(message)}</p>"
    return page(f'<!doctype html><html lang="en"><meta charset="utf-8">{said}</html>', status=status)


def facts(value: Any, status: int = 200) -> web.Response:
    """Data for a page."""
    return web.Response(body=orjson.dumps(value), content_type="application/json", charset="utf-8", status=status)


def refusal(message: str, status: int) -> web.Response:
    """Why something was not done, for a page to show."""
    return facts({"error": message}, status)


async def read_body(request: web.Request, kind: type[Body]) -> Body:
    """What a page asks for; raises `ConfigError` where it is not of this kind."""
    if request.content_type != "application/json":
        raise ConfigError("a request has to be JSON")
    try:
        return kind.model_validate_json(await request.read())
    except ValidationError as error:
        first: Any = error.errors(include_url=False, include_input=False)[0]
        raise ConfigError(f"{'.'.join(map(str, first['loc'])) or 'the request'}: {first['msg']}") from None
