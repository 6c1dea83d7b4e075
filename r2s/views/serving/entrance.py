"""The entrance of the server: nobody is answered who has not passed the door, and errors are answered in words."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

from r2s.errors import R2SError, TreeError
from r2s.views.serving.door import TOKEN_FIELD, Door, RefusedError
from r2s.views.serving.replies import message_page, refusal

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STRANGER = "This run is shown to those who have its token: open the address that r2s view has printed."
# The cookie goes with requests from our own pages alone, so that the way on has to begin at one.
GO_ON = '<meta http-equiv="refresh" content="0; url=/">'


def entrance(door: Door) -> Middleware:
    """What stands before every handler."""

    @web.middleware
    async def enter(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            door.check_name(request.headers)
            if not _is_let_in(door, request):
                return _asked_for_token(door, request)
            if request.method not in ("GET", "HEAD"):
                door.check_change(request.headers)
            return await handler(request)
        except RefusedError as refused:
            return refusal(str(refused), 403)
        except TreeError as error:
            return refusal(str(error), 404)
        except R2SError as error:
            return refusal(str(error), 422)

    return enter


def _is_let_in(door: Door, request: web.Request) -> bool:
    """A browser brings the token as a cookie; a program such as Prometheus may bring it as a header."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return door.knows(token if kind == "Bearer" else request.cookies.get(door.cookie))


def _asked_for_token(door: Door, request: web.Request) -> web.Response:
    """Whoever brings the token in the address of the first page is given it as a cookie."""
    if request.path != "/" or not door.knows(request.query.get(TOKEN_FIELD)):
        return message_page(STRANGER, 401)
    response = message_page("Opening the run ...", 200, GO_ON)
    response.set_cookie(door.cookie, door.token or "", httponly=True, samesite="Strict", path="/")
    return response
