"""`r2s journal`: look into the calls a run has paid for, check and tidy them, and bring replies in."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from r2s.cli import settings

if TYPE_CHECKING:
    from r2s.models.journal.tools import Imported, Info, Verdict

EXAMPLE = "Example:  r2s journal info RUN"
# More keys than these are only counted on a terminal; --json has them all.
SHOWN = 20

Journal = Annotated[
    str, typer.Argument(metavar="JOURNAL", help="A journal, the run directory it is in, or a postgresql:// URL.")
]
Replies = Annotated[Path, typer.Argument(help="OpenAI batch output, or lines of key and content.")]


def register(app: typer.Typer) -> None:
    commands = typer.Typer(
        help="The calls that are paid for: count, check, tidy, bring in.", epilog=EXAMPLE, no_args_is_help=True
    )
    commands.command("info", help="Say what a journal holds.", epilog=EXAMPLE)(info)
    commands.command("verify", help="Check every record.", epilog="Example:  r2s journal verify RUN --json")(verify)
    commands.command(
        "vacuum", help="Mend and shrink a journal that no run uses.", epilog="Example:  r2s journal vacuum RUN"
    )(vacuum)
    commands.command(
        "import", help="Take in replies from a file.", epilog="Example:  r2s journal import RUN replies.jsonl"
    )(import_)
    app.add_typer(commands, name="journal")


def info(journal: Journal, as_json: settings.AsJson = False) -> None:
    """Say what a journal holds."""
    from r2s.models.journal import tools

    found = tools.info(journal)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        _print_info(found)


def verify(journal: Journal, as_json: settings.AsJson = False) -> None:
    """Check every record; ends with 1 where one is damaged."""
    from r2s.models.journal import tools

    verdict = tools.verify(journal)
    if as_json:
        print(json.dumps({**asdict(verdict), "passed": verdict.passed}, ensure_ascii=False))
    else:
        print_verdict(verdict)
    if not verdict.passed:
        raise typer.Exit(1)


def vacuum(journal: Journal) -> None:
    """Mend and shrink a journal."""
    from r2s.models.journal import tools

    done = tools.vacuum(journal)
    if done.recovered:
        print(f"r2s: {done.recovered}", file=sys.stderr)
    dropped = f"{done.records_dropped} damaged records and {done.texts_dropped} unused texts dropped"
    print(f"{done.path}: {done.before:,} bytes before, {done.after:,} now; {dropped}")


def import_(journal: Journal, replies: Replies) -> None:
    """Take in replies; ends with 1 where a line could not be used."""
    from r2s.models.journal import tools
    from r2s.runs.waiting import awaited_keys

    done = tools.import_replies(journal, replies, awaited_keys(journal))
    tell_import(done)
    if done.faults:
        raise typer.Exit(1)


def tell_import(done: "Imported") -> None:
    """Say what came of replies that were brought in."""
    for fault in done.faults:
        print(f"r2s: {fault}", file=sys.stderr)
    faults = f", {len(done.faults)} lines of no use" if done.faults else ""
    print(f"{done.added:,} replies added to {done.path}, {done.known:,} were there{faults}")
    if done.failed:
        print(f"{done.failed.total():,} calls failed; the next run asks for them again:")
        for reason, count in done.failed.most_common(SHOWN):
            print(f"  {count:,}  {reason}")
    if strangers := done.strangers:
        shown = ", ".join(strangers[:SHOWN]) + (" ..." if len(strangers) > SHOWN else "")
        print(f"r2s: {len(strangers):,} replies are to nothing that was asked here: {shown}", file=sys.stderr)


def _print_info(found: "Info") -> None:
    print(f"{found.path}: {found.records:,} records, {found.bytes:,} bytes")
    for title, counts in (("model", found.models), ("role", found.roles)):
        for name, count in counts.items():
            print(f"  {title:<6} {name or '(unknown)'}  {count:,}")
    print(f"  tokens {found.prompt_tokens:,} in prompts, {found.completion_tokens:,} in replies")
    if found.first is not None and found.last is not None:
        print(f"  calls  from {_time(found.first)} to {_time(found.last)}")


def print_verdict(verdict: "Verdict") -> None:
    """Say what was found in a journal."""
    state = "all can be read" if verdict.passed else "not all can be read"
    print(f"{verdict.path}: {verdict.records:,} records, {state}")
    if verdict.fault:
        print(f"  the file is damaged ({verdict.fault}); the next run, or r2s journal vacuum, mends it")
    for what, keys in (("damaged, is asked for again", verdict.damaged), ("prompt lost in part", verdict.incomplete)):
        for key in keys[:SHOWN]:
            print(f"  {key}  {what}")
        if len(keys) > SHOWN:
            print(f"  and {len(keys) - SHOWN:,} more: {what}")


def _time(seconds: float) -> str:
    import time

    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))
