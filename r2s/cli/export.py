"""`r2s export`: a run's trees as training samples."""

from pathlib import Path
from typing import Annotated, Literal

import typer

EXAMPLE = "Example:  r2s export RUN --to messages -o samples.jsonl"


def register(app: typer.Typer) -> None:
    app.command("export", help="Write a run's dialogues as training samples.", epilog=EXAMPLE)(export)


def export(
    run: Annotated[Path, typer.Argument(help="A run directory.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    to: Annotated[Literal["messages"], typer.Option(help="messages: role and content, with meta.")] = "messages",
) -> None:
    """Write samples, one JSON object a line."""
    from r2s.runs.reading import open_run
    from r2s.samples.export import write_messages

    count = write_messages(open_run(run).read_trees(), out)
    print(f"{count} samples in {out}")
