"""The `r2s` command: its commands by name, and what every error means as an exit code."""

import sys

import typer
from typer.core import TyperGroup

from r2s.errors import BudgetError, ConfigError, EndpointError, JournalLostError, R2SError, ResumeError

EXIT_USAGE, EXIT_FAILED_DOCUMENTS, EXIT_BUDGET, EXIT_RESUME, EXIT_ENDPOINT = 2, 3, 4, 5, 6

HELP = """Raw documents in, reviewed multi-turn training dialogues out.

Start with:  r2s run FOLDER -o RUN   and then   r2s status RUN ,  r2s show RUN ,  r2s view RUN
"""


class _InOrder(TyperGroup):
    """Commands in the order in which a user meets them."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return list(self.commands)


app = typer.Typer(
    help=HELP,
    cls=_InOrder,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="rich",
)


@app.callback(invoke_without_command=True)
def _version(
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    if version:
        from importlib.metadata import version as installed

        print(f"r2s {installed('r2s-dialogues')}")
        raise typer.Exit


def _register() -> None:
    from r2s.cli import (
        batch,
        bench,
        cast,
        collect,
        compare,
        desk,
        doctor,
        evaluate,
        export,
        fork,
        ginstruct,
        graph,
        journal,
        plan,
        prompts,
        recycle,
        run,
        serve,
        show,
        stats,
        status,
        sweep,
        train,
        view,
    )

    making = (run, recycle, plan, status, show, view, desk, fork, export, cast, ginstruct)
    judging = (stats, evaluate, compare, sweep, collect, bench)
    training = (train, serve)
    for module in (*making, *judging, *training, prompts, journal, batch, graph, doctor):
        module.register(app)


def exit_code(error: R2SError) -> int:
    """The exit code that an error stands for."""
    codes = {
        ConfigError: EXIT_USAGE,
        ResumeError: EXIT_RESUME,
        BudgetError: EXIT_BUDGET,
        EndpointError: EXIT_ENDPOINT,
        JournalLostError: EXIT_ENDPOINT,
    }
    return next((code for kind, code in codes.items() if isinstance(error, kind)), 1)


def main() -> None:
    """Run the command line; every known error is one clear line on standard error and an exit code."""
    _register()
    try:
        app()
    except R2SError as error:
        print(f"r2s: {error}", file=sys.stderr)
        sys.exit(exit_code(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
