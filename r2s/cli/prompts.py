"""`r2s prompts`: prompts of one's own, begun from the shipped ones and checked before a run pays for them."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from r2s.cli import settings

EXAMPLE = "Example:  r2s prompts export my-prompts   and, once changed,   r2s prompts check my-prompts"
USE = "Use them:  r2s run DOCS -o RUN --prompts"

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of prompts.")]


def register(app: typer.Typer) -> None:
    commands = typer.Typer(
        help="Prompts of your own: export the shipped ones, check yours.", epilog=EXAMPLE, no_args_is_help=True
    )
    commands.command("export", help="Write the shipped prompts into a folder.", epilog=EXAMPLE)(export)
    commands.command("check", help="Check every prompt of a folder.", epilog=EXAMPLE)(check)
    app.add_typer(commands, name="prompts")


def export(
    folder: Folder,
    force: Annotated[bool, typer.Option("--force", help="Write over prompts that were changed.")] = False,
) -> None:
    """Write the shipped prompts. A file that is taken away again is as shipped, today and after an upgrade."""
    from r2s.agents.prompt_folder import write_prompts

    written = write_prompts(folder, force)
    print(f"{len(written)} prompts in {folder}. Change some, take the others away, then:  r2s prompts check {folder}")


def check(folder: Folder, as_json: settings.AsJson = False) -> None:
    """Check names to fill, parts, the form of the answer and size; every method is played once by the baseline.

    Ends with 1 where a prompt has an error.
    """
    import asyncio

    from r2s.agents.prompt_folder import prompt_files
    from r2s.runs.rehearsal import check_prompts

    problems = asyncio.run(check_prompts(folder))
    has_errors = any(problem.is_error for problem in problems)
    if as_json:
        told = {"files": list(prompt_files(folder)), "problems": [asdict(problem) for problem in problems]}
        print(json.dumps({**told, "passed": not has_errors}, ensure_ascii=False))
    else:
        for problem in problems:
            print(f"{folder}/{problem.file}:{problem.line}: {problem.level}: {problem.message}")
        end = "mend the errors first" if has_errors else f"{USE} {folder}"
        print(f"{len(prompt_files(folder))} prompts, {len(problems)} problems. {end}")
    if has_errors:
        raise typer.Exit(1)
