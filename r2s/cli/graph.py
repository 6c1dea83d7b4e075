"""`r2s graph`: a method's state machine as mermaid text."""

from typing import Annotated

import typer

EXAMPLE = "Example:  r2s graph cod_review"


def register(app: typer.Typer) -> None:
    app.command("graph", help="Print a method's graph as mermaid text.", epilog=EXAMPLE)(graph)


def graph(method: Annotated[str, typer.Argument(help="cod_review or cod.")] = "cod_review") -> None:
    """Print the graph of a method."""
    from r2s.config import load_config
    from r2s.runs.methods import method_graph

    print(method_graph(load_config(flags={"method": method})).get_graph().draw_mermaid())
