"""`r2s show`: one conversation tree in the terminal."""

from typing import Annotated, Literal

import typer

from r2s.cli import settings

EXAMPLE = (
    "Example:  r2s show RUN --doc en-science.txt"
    "\n\nAnother:  r2s show RUN --dialogue --no-pager      NO_COLOR=1 r2s show RUN > tree.txt"
    "\n\nAnother:  r2s show RUN --to dot | dot -Tsvg -o tree.svg"
)
HELP = (
    "Show a conversation tree in the terminal.\n\n"
    "The dialogue goes down one line: what a reply cites stands between ‹ and ›[1], its place in the document below it"
    " as [1]; then the votes of the panel by criterion, and the chairman's reason. Drafts that were not kept hang under"
    " the message that they reply to. What is longer than the screen goes through $PAGER (less, if not set)."
)


def register(app: typer.Typer) -> None:
    app.command("show", help=HELP, short_help="Show a conversation tree in the terminal.", epilog=EXAMPLE)(show)


def show(
    run: settings.Run,
    doc: Annotated[str | None, typer.Option(help="The document's id; the first tree if not given.")] = None,
    dialogue: Annotated[bool, typer.Option(help="Only what was said, as a person would read it.")] = False,
    call: Annotated[str | None, typer.Option(help="A journal key: exactly what a role saw and said.")] = None,
    journal: settings.RunJournal = None,
    ids: Annotated[bool, typer.Option(help="With the id of every message, which r2s fork asks for.")] = False,
    pager: Annotated[bool, typer.Option(help="On a terminal, what is longer than the screen goes to $PAGER.")] = True,
    to: Annotated[
        Literal["dot", "graphml"] | None, typer.Option(help="The tree as a graph: dot (Graphviz) or graphml.")
    ] = None,
    as_json: settings.AsJson = False,
) -> None:
    """Show one tree, or one call."""
    import json
    from dataclasses import asdict

    from r2s.cli.paging import page
    from r2s.runs.reading import find_call, find_tree
    from r2s.views.console import harmless_json
    from r2s.views.terminal import print_call, print_dialogue, print_tree

    if call is not None:
        record = find_call(run, call, journal)
        if as_json:
            return print(harmless_json(json.dumps(asdict(record), ensure_ascii=False)))
        return page(lambda console: print_call(record, console), pager=pager)
    tree = find_tree(run, doc)
    if to:
        return print(tree.to_dot() if to == "dot" else tree.to_graphml(), end="")
    if as_json:
        return print(harmless_json(tree.to_json()))
    page(lambda console: print_dialogue(tree, console) if dialogue else print_tree(tree, console, ids=ids), pager=pager)
