"""What a command says of lines of a run that cannot be read: the rest of the run is used all the same."""

from collections.abc import Iterable

import typer


def tell_damaged(damaged: Iterable[Exception]) -> None:
    """Name what was left out."""
    for error in damaged:
        typer.echo(f"r2s: left out: {error}", err=True)
