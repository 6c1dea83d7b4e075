"""The server of one run: opened, asked, and closed again."""

from functools import partial

from aiohttp import web

from r2s.errors import ConfigError
from r2s.views.serving import replies
from r2s.views.serving.door import TOKEN_FIELD
from r2s.views.serving.entrance import entrance
from r2s.views.serving.routes import ROUTES
from r2s.views.serving.site import Site

# How long a page that is being sent may still take when the server closes.
SHUTDOWN_SECONDS = 1.0


class Server:
    """Serves a site at its door's host; port 0 is any that is free. `url` is where a browser finds it."""

    def __init__(self, site: Site, port: int = 0) -> None:
        self.site, self.port = site, port
        self._runner = web.AppRunner(application(site), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)

    async def open(self) -> None:
        """Begin to listen; raises `ConfigError` where the host or the port cannot be had."""
        # A name stands for several addresses, each of which would get another free port.
        host = "127.0.0.1" if self.site.door.host == "localhost" else self.site.door.host
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, self.port).start()
        except OSError as error:
            await self._runner.cleanup()
            where = f"{host}, port {self.port}"
            raise ConfigError(f"cannot listen at {where}: {error.strerror}; choose another --host or --port") from None
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Let nobody in any more, and bring a fork that is played to its end."""
        self.site.listing.close()
        await self._runner.cleanup()
        await self.site.forks.close()

    @property
    def url(self) -> str:
        door = self.site.door
        host = f"[{door.host}]" if ":" in door.host else door.host
        return f"http://{host}:{self.port}/" + (f"?{TOKEN_FIELD}={door.token}" if door.token else "")


def application(site: Site) -> web.Application:
    """The routes behind the door."""
    app = web.Application(middlewares=[entrance(site.door)], client_max_size=replies.LONGEST_BODY)
    app.on_response_prepare.append(replies.add_headers)
    for route in ROUTES:
        app.router.add_route(route.method, route.path, partial(route.handler, site))
    return app
