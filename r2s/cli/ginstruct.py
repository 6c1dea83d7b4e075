"""`r2s ginstruct`: the paper's instruction set, made of runs: documents in, whole dialogues out, a tenth held out."""

from pathlib import Path
from typing import Annotated, Any

import typer

from r2s.cli import settings
from r2s.cli.export import Filters, Force, Format, Runs, show_export, write_export

EXAMPLE = "Example:  r2s ginstruct RUN -o GINSTRUCT"
SPLIT = "train=0.9,test=0.1"

HELP = (
    "Make an instruction set like the paper's GINSTRUCT, and show Table 1 of both.\n\n"
    "Each row teaches GLLM to turn one document into its whole dialogue. A tenth is held out, by document:"
    " near-duplicates stay on one side. It is r2s export --to gllm --card with these splits; filters and settings work"
    " as they do there."
)


def register(app: typer.Typer) -> None:
    app.command("ginstruct", help=HELP, short_help="Make the paper's instruction set.", epilog=EXAMPLE)(ginstruct)


def ginstruct(
    runs: Runs,
    out: Annotated[Path, typer.Option("--out", "-o", help="A new folder.")],
    format: Format = None,
    split: Annotated[str, typer.Option(help="Splits by document.")] = SPLIT,
    filter: Filters = None,
    set: Annotated[list[str] | None, typer.Option("--set", help="One setting, such as target.thoughts=false.")] = None,
    partial: settings.Partial = False,
    force: Force = False,
    as_json: settings.AsJson = False,
) -> None:
    """Write the instruction set and its table."""
    from r2s.samples.loading import load_export_settings
    from r2s.samples.table1 import table1

    flags: dict[str, Any] = {"target.kind": "gllm", "format": format, "split": split}
    chosen = load_export_settings(None, set or (), filter or (), flags, with_card=True)
    report, damaged = write_export(runs, chosen, out, force=force, partial=partial)
    if not as_json:
        typer.echo(table1(report.figures) + "\n")
    show_export(report, damaged, None, as_json=as_json)
