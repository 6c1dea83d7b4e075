"""`r2s serve`: a trained model behind vLLM's OpenAI server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = (
    "Example:  r2s serve MODEL --port 8000\n\n"
    "On two GPUs, with vLLM's own options after a --:  r2s serve MODEL -- --tensor-parallel-size 2"
)
HELP = (
    "Serve a model with vLLM, as an OpenAI-compatible server with the template that it was trained with.\n\n"
    "The line that has it write dialogues is printed first. Needs vLLM: pip install 'r2s-dialogues[vllm]'. What stands"
    " after a -- goes to vLLM as it is. The server listens on this machine alone unless --host says otherwise."
)


def register(app: typer.Typer) -> None:
    app.command("serve", help=HELP, short_help="Serve a trained model with vLLM.", epilog=EXAMPLE)(serve)


def serve(
    model: Annotated[Path, typer.Argument(help="A folder that r2s train made, or any model's.")],
    more: Annotated[list[str] | None, typer.Argument(help="Options for vLLM, after a --.", metavar="[-- ...]")] = None,
    name: Annotated[str | None, typer.Option(help="What clients call it; the folder's name if not given.")] = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
) -> None:
    """Serve a model."""
    from r2s.training.packages import check_serving
    from r2s.training.serving import Server

    check_serving()
    server = Server(model, name or model.expanduser().resolve().name, host, port, more or ())
    command = server.command()
    typer.echo(f"serving {server.name} at {server.url}; have it write dialogues with:\n  {server.run_line}")
    os.execv(command[0], command)
