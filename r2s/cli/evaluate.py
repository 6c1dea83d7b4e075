"""`r2s eval`: how good the dialogues of runs are, by a judge, by people, and by how far they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from r2s.cli import settings
from r2s.cli.damaged import tell_damaged
from r2s.errors import ConfigError

if TYPE_CHECKING:
    from r2s.config import RunConfig
    from r2s.evaluation.kbench.coverage import CoverageSettings
    from r2s.evaluation.kbench.judged import JudgedRun
    from r2s.models.journal.address import Where
    from r2s.runs.meter import Meter

EXAMPLE = (
    "Example:  r2s eval RUN --judge openai:gpt-4o --paper wikipedia\n\n"
    "Another:  r2s eval RUN --sheet scores.csv   and, filled in,   r2s eval RUN --judge openai:gpt-4o"
    " --human scores.csv"
)
HELP = (
    "Judge the dialogues of runs by the metrics of K-BENCH and print them as the R2S paper does.\n\n"
    "The judge reads a document and a dialogue, never a plan or a review, and scores every turn (Info, US, UF, FD, FL)"
    " and the whole (CS, CO, IA) from 0 to 5 in one call. CR is the share of the document that the dialogue conveys,"
    " found without a judge; Evidence is the share that replies cite. Calls are kept in the run's journal, so that a"
    " repeated evaluation pays nothing; the scores are in RUN/eval. Dialogues that stay unjudged are named and counted"
    " in no mean; the exit code is then 3. With two --judge, or with --human, the agreement is printed as well."
)

Judges = Annotated[
    list[str] | None,
    typer.Option(
        "--judge",
        help="The judge: extractive, openai:NAME, vllm:PATH, hf:PATH, batch:DIR; several times. none: only CR.",
    ),
]
Paper = Annotated[
    list[str] | None,
    typer.Option(help="Print the paper's rows as well: artifacts, science, wikipedia or finetuned. Several times."),
]


def register(app: typer.Typer) -> None:
    app.command("eval", help=HELP, short_help="Judge dialogues: the K-BENCH table.", epilog=EXAMPLE)(evaluate)


def evaluate(
    runs: Annotated[list[Path], typer.Argument(help="Run directories.", metavar="RUN")],
    judge: Judges = None,
    config: settings.Config = None,
    set_: settings.Set = None,
    base_url: settings.BaseUrl = None,
    paper_compat: Annotated[
        bool, typer.Option("--paper-compat", help="Add up as the authors' code does, with its oddities.")
    ] = False,
    paper: Paper = None,
    encoder: Annotated[
        str,
        typer.Option(
            help="What CR is measured by: lexical, a sentence-transformers model by name or path, or auto (the packaged"
            " model for English if installed, else lexical)."
        ),
    ] = "lexical",
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="From where a sentence counts as covered.")
    ] = None,
    speakers: Annotated[Literal["B", "AB"], typer.Option(help="Whose words cover: the assistant's, or both.")] = "B",
    sheet: Annotated[Path | None, typer.Option(help="Only write a sheet (CSV) for people to score on.")] = None,
    human: Annotated[Path | None, typer.Option(help="A sheet that people have filled in.")] = None,
    prompts: settings.Prompts = None,
    seed: settings.Seed = None,
    concurrency: settings.Concurrency = None,
    max_calls: settings.MaxCalls = None,
    max_tokens: settings.MaxTokens = None,
    max_cost: settings.MaxCost = None,
    journal: settings.RunJournal = None,
    partial: settings.Partial = False,
    display: settings.Display = "full",
    as_json: settings.AsJson = False,
) -> None:
    """Judge runs."""
    from r2s.evaluation.kbench.coverage import CoverageSettings
    from r2s.evaluation.kbench.judged import NO_JUDGE
    from r2s.runs.reading import check_finished, open_run

    for run in runs:
        open_run(run) if partial else check_finished(run)
    if sheet is not None:
        return _write_sheet(runs, sheet)
    configs = judge_configs(judge, locals())
    coverage = CoverageSettings(encoder, threshold, speakers, paper_compat)
    judged = _measure(runs, coverage) if judge == [NO_JUDGE] else _judge(runs, configs, coverage, journal)
    _show(judged, paper or (), human, paper_compat=paper_compat, seed=configs[0].seed, as_json=as_json)
    raise typer.Exit(exit_code_of(judged))


def _measure(runs: Sequence[Path], coverage: CoverageSettings) -> list[JudgedRun]:
    from r2s.cli.progress import Counted
    from r2s.evaluation.kbench.evaluating import measure_run
    from r2s.runs.reading import count_trees

    with Counted("dialogues measured", sum(map(count_trees, runs))) as progress:
        return [measure_run(run, coverage, lambda _: progress.add()) for run in runs]


def judge_configs(judges: Sequence[str] | None, given: Mapping[str, Any]) -> list[RunConfig]:
    """One configuration for each judge, by what a command was given; without a name, the settings say who judges."""
    from r2s.evaluation.kbench.judged import NO_JUDGE

    if len(set(judges or ())) < len(judges or ()):
        raise ConfigError("--judge names the same model twice; it would agree with itself")
    if len(judges or ()) > 1 and NO_JUDGE in (judges or ()):
        raise ConfigError(f"--judge {NO_JUDGE} asks nobody, so no other judge can stand beside it")
    named = [{"models.judge": name} for name in judges or ()] or [{}]
    return [settings.chosen_by(given, **name) for name in named]


def _write_sheet(runs: Sequence[Path], sheet: Path) -> None:
    from r2s.errors import TreeError
    from r2s.evaluation.kbench.sheets import write_sheet
    from r2s.runs.reading import sound_trees
    from r2s.samples.dialogue import dialogues_of

    damaged: list[TreeError] = []
    trees = sound_trees(runs, damaged.append)
    count = write_sheet(sheet, (dialogue for tree in trees for dialogue in dialogues_of(tree, "every")))
    tell_damaged(damaged)
    typer.echo(
        f"{count} dialogues in {sheet}: score 0 to 5 in halves, leave open what you cannot judge; then"
        f" r2s eval {' '.join(map(str, runs))} --judge NAME --human {sheet}"
    )


def _judge(
    runs: Sequence[Path], configs: Sequence[RunConfig], coverage: CoverageSettings, journal: Where | None
) -> list[JudgedRun]:
    import asyncio

    return asyncio.run(judge_all(runs, configs, coverage, journal))


async def judge_all(
    runs: Sequence[Path],
    configs: Sequence[RunConfig],
    coverage: CoverageSettings,
    journal: Where | None,
    budget: Meter | None = None,
) -> list[JudgedRun]:
    """Every run judged by every judge, with progress; what waits for a batch is said on the way."""
    from r2s.cli.progress import Counted
    from r2s.cli.run import stop_on_signals
    from r2s.evaluation.judging import Judging
    from r2s.evaluation.kbench.evaluating import judge_run
    from r2s.runs.meter import Meter
    from r2s.runs.reading import count_trees, open_run

    budget = budget or Meter(configs[0].limits)
    judged: list[JudgedRun] = []
    with Counted("dialogues judged", len(configs) * sum(map(count_trees, runs)), budget) as progress:
        for config in configs:
            for run in runs:
                kept = journal or open_run(run).journal
                async with Judging(config, journal=kept, budget=budget) as judging:
                    stop_on_signals(judging)
                    judged.append(
                        await judge_run(run, judging, coverage, lambda each: progress.add(each.judgement is None))
                    )
                    if waiting := judging.awaited():
                        progress.say(f"r2s: {waiting.message}")
    return judged


def _show(
    judged: Sequence[JudgedRun],
    paper: Sequence[str],
    human: Path | None,
    *,
    paper_compat: bool,
    seed: int,
    as_json: bool,
) -> None:
    from r2s.evaluation.kbench.published import rows_named
    from r2s.evaluation.kbench.report import published_figures, raters_figures, run_figures
    from r2s.views.kbench import print_evaluation

    rows = [published_figures(row) for name in paper for row in rows_named(name)]
    raters = [raters_figures(pair) for pair in _raters(judged, human)]
    figures = [run_figures(run, paper_compat=paper_compat, seed=seed) for run in judged]
    print_evaluation(figures, rows, raters, as_json=as_json)


def _raters(judged: Sequence[JudgedRun], human: Path | None):
    from itertools import combinations

    from r2s.evaluation.kbench.comparison import compare_raters
    from r2s.evaluation.kbench.sheets import read_sheet, scores_by_place

    scores: dict[str, dict] = {}
    for run in judged:
        scores.setdefault(run.judge, {}).update(scores_by_place(run.dialogues))
    if human is not None:
        scores["people"] = read_sheet(human)
    for first, second in combinations(scores, 2):
        yield compare_raters(first, scores[first], second, scores[second])


def exit_code_of(judged: Sequence[JudgedRun]) -> int:
    """The exit code that judged runs stand for; why one ended early is said on standard error."""
    from r2s.cli.app import EXIT_FAILED_DOCUMENTS, exit_code

    for run in judged:
        if run.ended is not None:
            typer.echo(f"r2s: {run.ended}", err=True)
            return exit_code(run.ended)
    lost = any(run.damaged or run.unjudged for run in judged)
    return EXIT_FAILED_DOCUMENTS if lost else 0
