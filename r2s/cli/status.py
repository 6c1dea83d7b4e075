"""`r2s status`: where a run stands and what it made, in figures."""

import typer

from r2s.cli import settings

EXAMPLE = "Example:  r2s status RUN"


def register(app: typer.Typer) -> None:
    app.command("status", help="Counts, coverage, logic types, flaws, errors by kind, tokens, cost.", epilog=EXAMPLE)(
        status
    )


def status(
    run: settings.Run,
    journal: settings.RunJournal = None,
    as_json: settings.AsJson = False,
) -> None:
    """Say where a run stands."""
    from r2s.runs.reading import read_run
    from r2s.views.figures import print_status

    print_status(read_run(run, journal), as_json=as_json)
