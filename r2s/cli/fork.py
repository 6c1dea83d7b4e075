"""`r2s fork`: a finished dialogue goes on from one of its messages under other settings, as a new branch."""

from __future__ import annotations

from typing import Annotated

import typer

from r2s.cli import settings

EXAMPLE = "Example:  r2s fork RUN --doc en-science.txt --node 3f9a --reviewers 5 --dry-run"
HELP = "Let a dialogue go on from any message under other settings; pays only for what is new."


def register(app: typer.Typer) -> None:
    app.command("fork", help=HELP, epilog=EXAMPLE)(fork)


def fork(
    run: settings.Run,
    node: Annotated[str, typer.Option(help="The message to go on from, by its id or the beginning of it.")],
    doc: Annotated[str | None, typer.Option(help="The document's id, or the tree's, if the run has several.")] = None,
    say: Annotated[
        str | None, typer.Option(help="What the user says: next after a reply, or instead of the question NODE.")
    ] = None,
    plan: Annotated[
        str | None, typer.Option(help="What the user speaks by, in JSON, in the same places: type, purpose, target ...")
    ] = None,
    set_: settings.Set = None,
    method: settings.Method = None,
    model: settings.ModelNames = None,
    base_url: settings.BaseUrl = None,
    reviewers: settings.Reviewers = None,
    candidates: settings.Candidates = None,
    turns: settings.Turns = None,
    seed: settings.Seed = None,
    concurrency: settings.Concurrency = None,
    max_calls: settings.MaxCalls = None,
    max_tokens: settings.MaxTokens = None,
    max_cost: settings.MaxCost = None,
    journal: settings.RunJournal = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what it would take; asks no model.")] = False,
    as_json: settings.AsJson = False,
) -> None:
    """Go on from a message."""
    import asyncio

    from r2s.runs.fork_request import ForkRequest, read_plan
    from r2s.runs.forking import Forking
    from r2s.runs.reading import open_run
    from r2s.views.forks import print_forked, print_outlook

    source = str(open_run(run).config)
    chosen = settings.chosen_by({**locals(), "config": source})
    planned = read_plan(plan) if plan is not None else None
    before = settings.configuration(source, None, None)
    forking = Forking(ForkRequest(run, node, chosen, before, doc, say, planned), journal=journal)
    if dry_run:
        return print_outlook(forking.outlook(), as_json=as_json)
    print_forked(asyncio.run(forking.play()), run, as_json=as_json)
