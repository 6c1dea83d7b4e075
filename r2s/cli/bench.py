"""`r2s bench`: methods and models on the same documents, in the layout of the paper's tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from r2s.cli import settings
from r2s.cli.evaluate import Paper
from r2s.errors import ConfigError

if TYPE_CHECKING:
    from r2s.config import RunConfig
    from r2s.evaluation.kbench.coverage import CoverageSettings
    from r2s.evaluation.kbench.judged import JudgedRun
    from r2s.experiments.bench import Cell, Played
    from r2s.runs.runner import Run, RunReport

KBENCH_EXAMPLE = (
    "Example:  r2s bench kbench docs.jsonl -o BENCH --methods direct,cot,cod_single,cod_review"
    " --models openai:gpt-4o-mini,openai:qwen --judge openai:gpt-4o --paper science"
)
GLLM_EXAMPLE = (
    "Example:  r2s bench gllm docs.jsonl -o BENCH --models hf:trained,hf:base --simulator openai:gpt-4o-mini"
    " --judge openai:gpt-4o --paper finetuned"
)
KBENCH_HELP = (
    "Play documents by every method with every model, judge the dialogues, print tables 2 to 4 of the R2S paper.\n\n"
    "Each cell is a run directory in -o, to be looked at like any other; the same command goes on where it stopped. One"
    " budget holds for all cells and for the judge."
)
GLLM_HELP = (
    "Let fine-tuned dialogue models talk with one simulated user, judge the dialogues, and print table 5.\n\n"
    "The models are asked as in a chat, without a prompt of ours, and taken at their first word. They see the document"
    " as the system's message unless --set self_chat.sees_document=false; the paper does not say what its models saw."
)

Out = Annotated[Path, typer.Option("--out", "-o", help="The folder of the benchmark; a run directory for each cell.")]
Models = Annotated[str, typer.Option(help="Models, parted by commas: extractive, openai:NAME, vllm:PATH, hf:PATH.")]
Judge = Annotated[str, typer.Option(help="The judge of all cells.")]
Encoder = Annotated[str, typer.Option(help="What CR is measured by: lexical, auto, or a sentence-transformers model.")]
PaperCompat = Annotated[bool, typer.Option("--paper-compat", help="Add up as the authors' code does.")]


def register(app: typer.Typer) -> None:
    commands = typer.Typer(
        help="Benchmarks in the layout of the paper's tables.", epilog=KBENCH_EXAMPLE, no_args_is_help=True
    )
    commands.command(
        "kbench", help=KBENCH_HELP, short_help="Methods with models: tables 2 to 4.", epilog=KBENCH_EXAMPLE
    )(kbench)
    commands.command("gllm", help=GLLM_HELP, short_help="Fine-tuned dialogue models: table 5.", epilog=GLLM_EXAMPLE)(
        gllm
    )
    app.add_typer(commands, name="bench")


def kbench(
    docs: settings.Docs,
    out: Out,
    methods: Annotated[str, typer.Option(help="Methods, parted by commas.")] = "direct,cot,cod_single,cod,cod_review",
    models: Models = "extractive",
    judge: Judge = "extractive",
    paper: Paper = None,
    paper_compat: PaperCompat = False,
    encoder: Encoder = "lexical",
    config: settings.Config = None,
    set_: settings.Set = None,
    base_url: settings.BaseUrl = None,
    reviewers: settings.Reviewers = None,
    candidates: settings.Candidates = None,
    turns: settings.Turns = None,
    dialogues: settings.Dialogues = None,
    limit: settings.Limit = None,
    seed: settings.Seed = None,
    concurrency: settings.Concurrency = None,
    max_calls: settings.MaxCalls = None,
    max_tokens: settings.MaxTokens = None,
    max_cost: settings.MaxCost = None,
    display: settings.Display = "full",
    as_json: settings.AsJson = False,
) -> None:
    """Play methods and models."""
    from r2s.evaluation.kbench.coverage import CoverageSettings
    from r2s.experiments.bench import kbench_cells

    chosen = settings.chosen_by(locals())
    cells = kbench_cells(chosen, _listed(methods, "--methods"), _listed(models, "--models"))
    coverage = CoverageSettings(encoder, paper=paper_compat)
    _carry_out(cells, docs, out, _judge_config(chosen, judge), coverage, paper or (), as_json)


def gllm(
    docs: settings.Docs,
    out: Out,
    models: Models,
    simulator: Annotated[str, typer.Option(help="The model that plays the user, for all alike.")] = "extractive",
    judge: Judge = "extractive",
    paper: Paper = None,
    paper_compat: PaperCompat = False,
    encoder: Encoder = "lexical",
    config: settings.Config = None,
    set_: settings.Set = None,
    base_url: settings.BaseUrl = None,
    turns: settings.Turns = None,
    limit: settings.Limit = None,
    seed: settings.Seed = None,
    concurrency: settings.Concurrency = None,
    max_calls: settings.MaxCalls = None,
    max_tokens: settings.MaxTokens = None,
    max_cost: settings.MaxCost = None,
    display: settings.Display = "full",
    as_json: settings.AsJson = False,
) -> None:
    """Play fine-tuned models."""
    from r2s.evaluation.kbench.coverage import CoverageSettings
    from r2s.experiments.bench import gllm_cells

    chosen = settings.chosen_by(locals())
    cells = gllm_cells(chosen, _listed(models, "--models"), simulator)
    coverage = CoverageSettings(encoder, paper=paper_compat)
    _carry_out(cells, docs, out, _judge_config(chosen, judge), coverage, paper or (), as_json)


def _listed(given: str, flag: str) -> list[str]:
    names = [name.strip() for name in given.split(",") if name.strip()]
    if not names:
        raise ConfigError(f"{flag} names nothing")
    return names


def _judge_config(config: RunConfig, judge: str) -> RunConfig:
    from r2s.experiments.bench import changed

    return changed(config, {"models": {"judge": judge}})


def _carry_out(
    cells: Sequence[Cell],
    docs: Sequence[Path],
    out: Path,
    judge: RunConfig,
    coverage: CoverageSettings,
    paper: Sequence[str],
    as_json: bool,
) -> None:
    import asyncio

    from r2s.evaluation.kbench.published import rows_named
    from r2s.evaluation.kbench.report import published_figures
    from r2s.views.kbench import print_evaluation

    rows = [published_figures(row) for name in paper for row in rows_named(name)]
    played = asyncio.run(_play(cells, docs, out, judge, coverage))
    figures = [each.figures(paper_compat=coverage.paper, seed=judge.seed) for each in played]
    print_evaluation(figures, rows, (), as_json=as_json)
    raise typer.Exit(_exit_code(played))


async def _play(
    cells: Sequence[Cell], docs: Sequence[Path], out: Path, judge: RunConfig, coverage: CoverageSettings
) -> list[Played]:
    from r2s.cli.evaluate import judge_all
    from r2s.experiments.bench import play_bench
    from r2s.runs.meter import Meter

    budget = Meter(judge.limits)

    async def judged(run: Path) -> JudgedRun:
        (found,) = await judge_all([run], [judge], coverage, None, budget)
        return found

    return await play_bench(cells, docs, out, play=_play_cell, judge=judged, budget=budget)


async def _play_cell(cell: Cell, run: Run) -> RunReport:
    from r2s.cli.progress import Progress
    from r2s.cli.run import stop_on_signals

    stop_on_signals(run)
    with Progress(run.meter) as progress:
        progress.say(f"{cell.method} with {cell.generator}: {run.out}")
        run.watchers = [progress.tell]
        return await run.play()


def _exit_code(played: Sequence[Played]) -> int:
    """That of the first cell which did not come to its end, else that of the judging."""
    from r2s.cli.evaluate import exit_code_of
    from r2s.cli.run import code_of

    codes = (code_of(each.report) for each in played)
    return next((code for code in codes if code), 0) or exit_code_of([each.judged for each in played])
