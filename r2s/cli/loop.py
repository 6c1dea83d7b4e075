"""`r2s loop`: from documents to a dialogue model, by way of a teacher and GLLM, in one command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from r2s.cli import settings

if TYPE_CHECKING:
    from r2s.documents import ReadNote
    from r2s.experiments.loop.loop import Loop, LoopReport, Told
    from r2s.experiments.loop.settings import LoopSettings

EXAMPLE = (
    "Example:  r2s loop docs/ -o LOOP\n\n"
    "Another:  r2s loop docs/ -o LOOP --base Qwen/Qwen2-7B --teacher openai:gpt-4o-mini --judge openai:gpt-4o\n\n"
    "In parts:  r2s loop docs/ -o LOOP --until train   and, later or elsewhere,   r2s loop docs/ -o LOOP"
)
HELP = (
    "The whole loop: a teacher plays dialogues about the documents; GLLM learns to write such dialogues; GLLM, and a"
    " generator that learnt direct dialogues from as many tokens, write about documents held out; a dialogue model"
    " learns from each; and all of them are measured, in the layout of the paper's table 5.\n\n"
    "Stages are documents, teacher, export, train, generate, evaluate, dialogue, talk and report. Every step is a"
    " command of R2S; LOOP/loop.json has it with the hashes of what it read and made. The same command goes on where it"
    " was stopped. Where documents or settings have changed, only what depends on them is done again: what was there"
    " before is moved to LOOP/replaced.\n\n"
    "Without anything else the built-in baseline teaches and the models are tiny: minutes on a CPU, no download, for"
    " learning the ropes. With --base, the settings are those of configs/loop-paper.yaml. Without --judge, only what"
    " needs no judge is measured."
)


def register(app: typer.Typer) -> None:
    app.command("loop", help=HELP, short_help="Teacher, GLLM and dialogue model, in one go.", epilog=EXAMPLE)(loop)


def loop(
    docs: settings.Docs,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder of the loop; an unfinished one goes on.")],
    base: Annotated[str | None, typer.Option(help="What is trained: a folder, a name on the hub, or tiny.")] = None,
    teacher: Annotated[str | None, typer.Option(help="The model that teaches: extractive, openai:NAME, ...")] = None,
    judge: Annotated[str | None, typer.Option(help="The judge of K-BENCH; nobody if not given.")] = None,
    simulator: Annotated[str | None, typer.Option(help="The model that plays the user for dialogue models.")] = None,
    until: Annotated[str | None, typer.Option(help="End with this stage.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="Begin with this stage; what is before it is taken as it is.")
    ] = None,
    config: Annotated[str | None, typer.Option("--config", "-c", help="A YAML file, loop, or loop-paper.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="One setting, such as train.epochs=3.")] = None,
    base_url: settings.BaseUrl = None,
    limit: settings.Limit = None,
    seed: settings.Seed = None,
    concurrency: settings.Concurrency = None,
    max_calls: settings.MaxCalls = None,
    max_tokens: settings.MaxTokens = None,
    max_cost: settings.MaxCost = None,
    as_json: settings.AsJson = False,
) -> None:
    """Carry the loop out."""
    from r2s.cli.programs import Programs
    from r2s.experiments.loop.loop import Loop
    from r2s.experiments.loop.settings import load_loop_settings

    flags = {
        "base": base,
        "judge": judge,
        "teacher.models.default": teacher,
        "talk.models.default": simulator,
        "run.base_url": base_url,
        "run.documents.limit": limit,
        "run.seed": seed,
        "train.seed": seed,
        "run.limits.concurrency": concurrency,
        "run.limits.max_calls": max_calls,
        "run.limits.max_tokens": max_tokens,
        "run.limits.max_cost": max_cost,
    }
    chosen = load_loop_settings(config, set_ or (), flags)
    with Programs() as programs:
        job = Loop(docs, chosen, out, programs, since, until, _tell, _tell_note, lambda: bool(programs.received))
        if any(step.stage == "train" for step in job.steps):
            _check_installed(chosen)
        report = job.run()
    _show(job, report, as_json=as_json)
    raise typer.Exit(128 + programs.received[0] if programs.received else report.code)


def _check_installed(chosen: LoopSettings) -> None:
    """Raise `ConfigError` where a stage would miss a library, before the first of them begins."""
    from r2s.cli.train import extra_packages
    from r2s.models.local.hf_caller import PACKAGES
    from r2s.models.local.installed import check_packages as check_engine
    from r2s.training.packages import check_packages

    check_packages(*extra_packages(chosen.gllm_training))
    check_engine(chosen.engine, PACKAGES if chosen.engine == "hf" else (chosen.engine,))


def _tell(told: Told) -> None:
    because = f" ({told.why})" if told.why else ""
    print(f"r2s: {told.number}/{told.count} {told.name}: {told.state}{because}", file=sys.stderr)


def _tell_note(note: ReadNote) -> None:
    print(f"{note.document}: {note.message}", file=sys.stderr)


def _show(job: Loop, report: LoopReport, *, as_json: bool) -> None:
    if report.message:
        print(f"r2s: {report.message}", file=sys.stderr)
    if report.ended_in != "report":
        where = "after" if report.ended_in == job.until and not report.code else "in"
        print(f"r2s: ended {where} the stage {report.ended_in}; the same command goes on from there", file=sys.stderr)
        return
    name = "report.json" if as_json else "report.md"
    typer.echo(report.directory.at(name).read_text(encoding="utf-8"), nl=False)
    if not as_json:
        typer.echo(f"\nThis is {report.directory.at(name)}; every step is in {report.directory.manifest}")
