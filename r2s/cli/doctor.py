"""`r2s doctor`: whether everything that R2S needs is there and works."""

import sys
from typing import Annotated

import typer

from r2s.cli import settings

EXAMPLE = "Example:  r2s doctor --model openai:qwen --base-url http://127.0.0.1:8000/v1"


def register(app: typer.Typer) -> None:
    app.command("doctor", help="Check the installation, and the model if one is named.", epilog=EXAMPLE)(doctor)


def doctor(
    model: settings.ModelNames = None,
    base_url: settings.BaseUrl = None,
    network: Annotated[bool, typer.Option(help="Ask the model one question: contact its server, or load it.")] = True,
    as_json: settings.AsJson = False,
) -> None:
    """Check what a run would need."""
    from r2s.runs.checkup import check_all
    from r2s.views.figures import print_checks

    checks = check_all(settings.configuration(None, None, model, base_url=base_url), network)
    print_checks(checks, as_json=as_json)
    if not all(check.passed for check in checks):
        unreachable = any(check.name == "server" and not check.passed for check in checks)
        sys.exit(6 if unreachable else 1)
