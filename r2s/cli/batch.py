"""`r2s batch`: what a run with --model batch:DIR wants answered, handed to a batch endpoint and fetched from it."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from r2s.cli import settings
from r2s.cli.journal import tell_import

if TYPE_CHECKING:
    from r2s.models.batch.fetch import Fetched
    from r2s.models.batch.submissions import Submission

SUBMIT_EXAMPLE = "Example:  r2s batch submit requests --model gpt-4o-mini"
FETCH_EXAMPLE = "Example:  r2s batch fetch requests --journal RUN --wait"

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of r2s run --model batch:DIR.")]


def register(app: typer.Typer) -> None:
    commands = typer.Typer(
        help="Have the requests of a run answered by a batch endpoint.", epilog=SUBMIT_EXAMPLE, no_args_is_help=True
    )
    commands.command("submit", help="Submit what is wanted, each request once.", epilog=SUBMIT_EXAMPLE)(submit)
    commands.command("fetch", help="Take in what has been answered.", epilog=FETCH_EXAMPLE)(fetch)
    app.add_typer(commands, name="batch")


def submit(
    folder: Folder,
    model: Annotated[str | None, typer.Option(help="Who answers the requests that name no model.")] = None,
    base_url: settings.BaseUrl = None,
    window: Annotated[str, typer.Option(help="The time that the endpoint may take.")] = "24h",
) -> None:
    """Submit what is wanted."""
    from r2s.models.batch.endpoint import BatchEndpoint
    from r2s.models.batch.submit import submit as submit_all

    with BatchEndpoint(base_url or os.environ.get("OPENAI_BASE_URL")) as endpoint:
        done = submit_all(folder, endpoint, model=model, window=window)
    for entry in done.begun:
        print(f"{entry.batch_id}: {entry.requests:,} requests to {entry.model}, {entry.status}")
    if done.with_the_server:
        print(f"{done.with_the_server:,} requests are with the server already; r2s batch fetch {folder} looks for them")
    if done.answered:
        print(f"{done.answered:,} requests are answered already; run the same r2s run command again")
    if not (done.begun or done.with_the_server or done.answered):
        print(f"no request waits in {folder}")


def fetch(
    folder: Folder,
    journal: Annotated[
        str, typer.Option(help="Where the replies belong: the run directory, its journal, or a postgresql:// URL.")
    ],
    base_url: settings.BaseUrl = None,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until every batch has ended.")] = False,
    every: Annotated[float, typer.Option(min=0.0, help="Seconds from look to look, with --wait.")] = 30.0,
) -> None:
    """Take in what has been answered; ends with 1 where a line could not be used."""
    from r2s.models.batch.endpoint import BatchEndpoint
    from r2s.models.batch.fetch import fetch as fetch_all
    from r2s.models.journal.tools import check_there

    check_there(journal)
    with BatchEndpoint(base_url or os.environ.get("OPENAI_BASE_URL")) as endpoint:
        faults = _tell(done := fetch_all(folder, endpoint, journal))
        while wait and done.under_way:
            time.sleep(every)
            faults |= _tell(done := fetch_all(folder, endpoint, journal), is_news=True)
    if faults:
        raise typer.Exit(1)


def _tell(done: "Fetched", is_news: bool = False) -> bool:
    """Say what was fetched; with `is_news`, only where something was. Whether there were lines of no use."""
    for entry in done.ended:
        print(_state(entry))
    if done.ended:
        tell_import(done.imported)
    for entry in done.under_way if done.ended or not is_news else ():
        print(_state(entry))
    if not (done.ended or done.under_way):
        print("nothing to fetch: no batch is under way")
    elif not done.under_way:
        print("every batch has ended; run the same r2s run command again")
    return bool(done.imported.faults)


def _state(entry: "Submission") -> str:
    counts = f"{entry.completed:,} of {entry.requests:,} done" + (f", {entry.failed:,} failed" if entry.failed else "")
    return f"{entry.batch_id}: {entry.status}, {counts}" + (f" ({entry.problem})" if entry.problem else "")
