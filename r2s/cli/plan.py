"""`r2s plan`: what a run would call, at most; no model is asked."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from r2s.cli import settings

if TYPE_CHECKING:
    from r2s.config import RunConfig

EXAMPLE = "Example:  r2s plan docs/ --model openai:gpt-4o-mini --reviewers 5"


def register(app: typer.Typer) -> None:
    app.command("plan", help="Say what a run would call, at most; asks no model.", epilog=EXAMPLE)(plan)


def plan(
    docs: settings.Docs,
    config: settings.Config = None,
    set_: settings.Set = None,
    method: settings.Method = None,
    model: settings.ModelNames = None,
    reviewers: settings.Reviewers = None,
    candidates: settings.Candidates = None,
    turns: settings.Turns = None,
    dialogues: settings.Dialogues = None,
    limit: settings.Limit = None,
    text_field: settings.TextField = None,
    title_field: settings.TitleField = None,
    prompts: settings.Prompts = None,
    as_json: settings.AsJson = False,
) -> None:
    """Say what a run would call."""
    chosen = settings.chosen_by(locals())
    show_plan(docs, chosen, as_json)


def show_plan(docs: Sequence[Path], config: "RunConfig", as_json: bool) -> None:
    """Print the estimate for these documents."""
    from r2s.runs.estimate import estimate
    from r2s.runs.inputs import check_wanted
    from r2s.views.figures import print_estimate

    check_wanted(docs)
    print_estimate(estimate(docs, config), as_json=as_json)
