"""`r2s graph`: a method's state machine as mermaid text."""

from typing import Annotated

import typer

EXAMPLE = "Example:  r2s graph cod_review"


def register(app: typer.Typer) -> None:
    app.command("graph", help="Print a method's graph as mermaid text.", epilog=EXAMPLE)(graph)


def graph(method: Annotated[str, typer.Argument(help="A method, such as cod_review or cot.")] = "cod_review") -> None:
    """Print the graph of a method."""
    from r2s.api import graph as compiled
    from r2s.views.mermaid import method_diagram

    print(method_diagram(method, compiled(method)), end="")
