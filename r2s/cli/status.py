"""`r2s status`: where a run stands and what it made, in figures; or followed while it is played."""

from typing import Annotated

import typer

from r2s.cli import settings

EXAMPLE = (
    "Example:  r2s status RUN"
    "\n\nFrom another terminal, while it runs:  r2s status RUN --watch      r2s status RUN --watch --every 30 --json"
)
HELP = (
    "Counts, coverage, logic types, flaws, errors by kind, tokens, cost.\n\n"
    "With --watch the run is followed by its files until it is over, also from another terminal, and the exit code is"
    " that of the run; with --json as well there is a line of JSON each time. Speeds are those of the last seconds, the"
    " time left is a guess from how fast turns are spoken."
)
SHORT_HELP = "Counts, coverage, logic types, flaws, errors by kind, tokens, cost."


def register(app: typer.Typer) -> None:
    app.command("status", help=HELP, short_help=SHORT_HELP, epilog=EXAMPLE)(status)


def status(
    run: settings.Run,
    watch: Annotated[bool, typer.Option("--watch", help="Follow the run until it is over.")] = False,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks, with --watch.")] = 2.0,
    journal: settings.RunJournal = None,
    as_json: settings.AsJson = False,
) -> None:
    """Say where a run stands."""
    from r2s.runs.reading import read_run
    from r2s.views.figures import print_status

    code = 0
    if watch:
        from r2s.cli.watching import watch as follow

        try:
            code = follow(run, every, as_json=as_json)
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
    if not (watch and as_json):
        print_status(read_run(run, journal), as_json=as_json)
    raise typer.Exit(code)
