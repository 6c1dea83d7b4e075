"""`r2s view`: a run in the browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from r2s.cli import settings

if TYPE_CHECKING:
    from r2s.views.static import Written

EXAMPLE = "Example:  r2s view RUN --static PAGES   and open PAGES/index.html"
HELP = (
    "Look at the trees of a run in the browser.\n\n"
    "With --static, one self-contained HTML file a tree is written, and an index of them all: they open from disk, need"
    " no network and send nothing, so that they can be kept or handed on. They hold the documents' text."
)


def register(app: typer.Typer) -> None:
    app.command("view", help=HELP, short_help="Look at the trees in the browser.", epilog=EXAMPLE)(view)


def view(
    run: Annotated[Path, typer.Argument(help="A run directory, or a sweep.")],
    static: Annotated[Path | None, typer.Option(help="Write the pages into this folder.", metavar="DIR")] = None,
    as_json: settings.AsJson = False,
) -> None:
    """Write the pages of a run."""
    from r2s.errors import ConfigError
    from r2s.experiments.reports.record import has_record
    from r2s.views.static import write_pages
    from r2s.views.static_comparison import write_comparison

    if static is None:
        raise ConfigError(f"say where the pages go: r2s view {run} --static DIR")
    _tell(write_comparison(run, static) if has_record(run) else write_pages(run, static), as_json=as_json)


def _tell(written: "Written", *, as_json: bool) -> None:
    import json

    from r2s.cli.app import EXIT_FAILED_DOCUMENTS

    for error in written.damaged:
        typer.echo(f"r2s: left out: {error}", err=True)
    if as_json:
        damaged = [str(error) for error in written.damaged]
        typer.echo(json.dumps({"index": str(written.index), "trees": written.trees, "damaged": damaged}))
    else:
        typer.echo(f"{written.trees} trees; open {written.index}")
    if written.damaged:
        raise typer.Exit(EXIT_FAILED_DOCUMENTS)
