"""`r2s verify`: whether a run is what was written."""

import json
from dataclasses import asdict

import typer

from r2s.cli import settings

EXAMPLE = "Example:  r2s verify RUN"


def register(app: typer.Typer) -> None:
    app.command("verify", help="Check every file, tree, sample and call of a run.", epilog=EXAMPLE)(verify)


def verify(run: settings.Run, journal: settings.RunJournal = None, as_json: settings.AsJson = False) -> None:
    """Check a run; ends with 1 where anything is damaged."""
    from r2s.cli.journal import print_verdict
    from r2s.runs.verifying import verify_run

    verdict = verify_run(run, journal)
    if as_json:
        print(json.dumps({**asdict(verdict), "passed": verdict.passed}, ensure_ascii=False))
    else:
        state = "all as written" if not verdict.faults else "not all as written"
        print(f"{verdict.path}: {verdict.trees:,} trees, {verdict.samples:,} samples, {state}")
        for fault in verdict.faults:
            print(f"  {fault}")
        if not verdict.is_sealed:
            print("  the run is under way, or was killed: its small files cannot be checked")
        if verdict.journal:
            print_verdict(verdict.journal)
    if not verdict.passed:
        raise typer.Exit(1)
