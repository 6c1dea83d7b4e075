"""`r2s show`: one conversation tree in the terminal."""

from typing import Annotated, Literal

import typer

from r2s.cli import settings

EXAMPLE = "Example:  r2s show RUN --doc en-science.txt\n\nAnother:  r2s show RUN --to dot | dot -Tsvg -o tree.svg"


def register(app: typer.Typer) -> None:
    app.command("show", help="Show a conversation tree in the terminal.", epilog=EXAMPLE)(show)


def show(
    run: settings.Run,
    doc: Annotated[str | None, typer.Option(help="The document's id; the first tree if not given.")] = None,
    dialogue: Annotated[bool, typer.Option(help="Only what was said, as a person would read it.")] = False,
    call: Annotated[str | None, typer.Option(help="A journal key: exactly what a role saw and said.")] = None,
    journal: settings.RunJournal = None,
    ids: Annotated[bool, typer.Option(help="With the id of every message, which r2s fork asks for.")] = False,
    to: Annotated[
        Literal["dot", "graphml"] | None, typer.Option(help="The tree as a graph: dot (Graphviz) or graphml.")
    ] = None,
    as_json: settings.AsJson = False,
) -> None:
    """Show one tree, or one call."""
    from r2s.runs.reading import find_call, find_tree
    from r2s.views.terminal import print_call, print_dialogue, print_tree

    if call is not None:
        return print_call(find_call(run, call, journal))
    tree = find_tree(run, doc)
    if to:
        print(tree.to_dot() if to == "dot" else tree.to_graphml(), end="")
    elif as_json:
        print(tree.to_json())
    elif dialogue:
        print_dialogue(tree)
    else:
        print_tree(tree, ids=ids)
