"""`r2s view`: a run in the browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from r2s.cli import settings
from r2s.cli.damaged import tell_damaged

if TYPE_CHECKING:
    from r2s.views.serving.server import Server
    from r2s.views.static import Written

EXAMPLE = "Example:  r2s view RUN      and to keep or hand on:  r2s view RUN --static PAGES"
HELP = (
    "Look at the trees of a run in the browser, also while it goes on.\n\n"
    "The pages are served on this machine and to nobody else, unless --host says otherwise. With --static, one"
    " self-contained HTML file a tree is written, and an index of them all: they open from disk, need no network and"
    " send nothing, so that they can be kept or handed on. They hold the documents' text."
)


def register(app: typer.Typer) -> None:
    app.command("view", help=HELP, short_help="Look at the trees in the browser.", epilog=EXAMPLE)(view)


def view(
    run: Annotated[Path, typer.Argument(help="A run directory, one that is still to come is waited for; or a sweep.")],
    static: Annotated[Path | None, typer.Option(help="Write the pages into this folder.", metavar="DIR")] = None,
    host: Annotated[
        str, typer.Option(help="The address to listen at; one that others reach asks for a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen at; 0 is any that is free.")] = 0,
    token: Annotated[
        bool, typer.Option("--token", help="Ask for a token here too: on a machine that others work on.")
    ] = False,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    journal: settings.RunJournal = None,
    as_json: settings.AsJson = False,
) -> None:
    """Serve the pages of a run, or write them; those of a comparison are always written."""
    import asyncio

    from r2s.experiments.reports.record import has_record
    from r2s.views.serving.door import door_at
    from r2s.views.serving.server import Server
    from r2s.views.serving.site import Site
    from r2s.views.static import write_pages
    from r2s.views.static_comparison import PAGES, write_comparison

    if has_record(run):
        written = write_comparison(run, static or run / PAGES)
        if browser and static is None and not as_json:
            _open_browser(written.index.absolute().as_uri())
        return _tell(written, as_json=as_json)
    if static is not None:
        return _tell(write_pages(run, static), as_json=as_json)
    server = Server(Site(run, door_at(host, needs_token=token), journal), port)
    asyncio.run(_serve(server, opens=browser and not as_json, as_json=as_json))


async def _serve(server: "Server", *, opens: bool, as_json: bool) -> None:
    """Serve until somebody asks to stop."""
    import asyncio
    import signal

    stopped = asyncio.Event()

    def stop() -> None:
        if stopped.is_set():
            return server.site.forks.stop(at_once=True)
        if server.site.forks.is_playing:
            typer.echo("r2s: stopping once the calls of the fork have ended; once more stops at once", err=True)
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await server.open()
    try:
        _announce(server, as_json=as_json)
        # An address with a token is not handed to a program, whose arguments everybody on a machine sees.
        if opens and server.site.door.token is None:
            await asyncio.to_thread(_open_browser, server.url)
        await stopped.wait()
    finally:
        await server.close()


def _announce(server: "Server", *, as_json: bool) -> None:
    import json

    path = server.site.path
    if as_json:
        return typer.echo(json.dumps({"url": server.url}))
    if not server.site.directory.manifest.exists():
        typer.echo(f"r2s: there is no run in {path} yet; the page shows it once there is", err=True)
    typer.echo(f"{path} is at {server.url}\nCtrl-C ends it")


def _open_browser(address: str) -> None:
    """On a desktop."""
    import os
    import sys
    import webbrowser

    has_desktop = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if has_desktop and "SSH_CONNECTION" not in os.environ:
        webbrowser.open(address)


def _tell(written: "Written", *, as_json: bool) -> None:
    import json

    from r2s.cli.app import EXIT_FAILED_DOCUMENTS

    tell_damaged(written.damaged)
    if as_json:
        damaged = [str(error) for error in written.damaged]
        typer.echo(json.dumps({"index": str(written.index), "trees": written.trees, "damaged": damaged}))
    else:
        typer.echo(f"{written.trees} trees; open {written.index}")
    if written.damaged:
        raise typer.Exit(EXIT_FAILED_DOCUMENTS)
