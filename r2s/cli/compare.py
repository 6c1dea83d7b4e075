"""`r2s compare`: whose dialogues are better, two at a time and in both orders."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from r2s.cli import settings
from r2s.cli.evaluate import Judges, judge_configs
from r2s.errors import ConfigError

if TYPE_CHECKING:
    from r2s.config import RunConfig
    from r2s.evaluation.battles.battle import Rule
    from r2s.evaluation.battles.contests import Pairing
    from r2s.evaluation.battles.matches import Match
    from r2s.models.journal.address import Where

EXAMPLE = (
    "Example:  r2s compare RUN_A RUN_B --judge openai:gpt-4o\n\n"
    "Another:  r2s compare a.jsonl b.jsonl --questions mt_bench.jsonl --judge openai:gpt-4o"
)
HELP = (
    "Judge the dialogues of runs against each other: those on the same document and replicate, both orders, nobody"
    " knowing whose they are.\n\n"
    "The sum rule (Reflection-Tuning) makes a win and a tie a win; the agree rule (MT-Bench) wants the same winner in"
    " both orders. A battle without two usable verdicts is invalid: counted, and in no rate. Several --judge make a"
    " committee that votes; with --discussions, its members hear each other first, as in Auto-Arena. Three runs and"
    " more get Bradley-Terry ratings. With --questions, the sides are answers to MT-Bench in FastChat's form. Calls are"
    " kept in the journal of the first run, battles in its eval folder."
)


def register(app: typer.Typer) -> None:
    app.command("compare", help=HELP, short_help="Judge runs against each other, in both orders.", epilog=EXAMPLE)(
        compare
    )


def compare(
    sides: Annotated[list[Path], typer.Argument(help="Two or more run directories.", metavar="RUN")],
    judge: Judges = None,
    rule: Annotated[Literal["sum", "agree"], typer.Option(help="What both orders come to.")] = "sum",
    discussions: Annotated[
        int, typer.Option(min=0, help="Rounds in which a committee's members hear each other; Auto-Arena has 1.")
    ] = 0,
    questions: Annotated[
        Path | None, typer.Option(help="Questions of MT-Bench; the sides are then files of answers.")
    ] = None,
    config: settings.Config = None,
    set_: settings.Set = None,
    base_url: settings.BaseUrl = None,
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
    """Compare sides."""
    import asyncio

    from r2s.evaluation.battles.contests import pair_answers, pair_runs

    _check(sides, runs=questions is None, partial=partial)
    configs = judge_configs(judge, locals())
    pairs = [
        (one, other, pair_answers(questions, one, other) if questions else pair_runs(one, other))
        for place, one in enumerate(sides)
        for other in sides[place + 1 :]
    ]
    kept = journal or (None if questions else _journal(sides[0]))
    matches = asyncio.run(_play(pairs, configs, kept, discussions))
    if questions is None:
        _keep(sides[0], matches, rule)
    _show(matches, rule, configs[0].seed, as_json=as_json)
    raise typer.Exit(_exit_code(matches))


def _check(sides: Sequence[Path], *, runs: bool, partial: bool) -> None:
    from r2s.runs.reading import check_finished, open_run

    if len(set(sides)) < 2 or len(set(sides)) < len(sides):
        raise ConfigError("r2s compare wants two or more different sides, such as r2s compare RUN_A RUN_B")
    for side in sides if runs else ():
        open_run(side) if partial else check_finished(side)


def _journal(run: Path) -> Path:
    from r2s.runs.reading import open_run

    return open_run(run).journal


async def _play(
    pairs: Sequence[tuple[Path, Path, Pairing]], configs: Sequence[RunConfig], journal: Where | None, discussions: int
) -> list[Match]:
    from r2s.cli.progress import Counted
    from r2s.cli.run import stop_on_signals
    from r2s.evaluation.battles.matches import play_match
    from r2s.evaluation.judging import Judging
    from r2s.runs.meter import Meter

    budget, sitting = Meter(configs[0].limits), 1 + (discussions if len(configs) > 1 else 0)
    total = sum(len(pairing.contests) for _, _, pairing in pairs) * len(configs) * sitting
    async with AsyncExitStack() as open_judges:
        judges = [
            await open_judges.enter_async_context(Judging(config, journal=journal, budget=budget)) for config in configs
        ]
        stop_on_signals(judges[0])
        with Counted("battles judged", total, budget) as progress:
            matches = [
                await play_match(
                    str(one),
                    str(other),
                    pairing,
                    judges,
                    discussions=discussions,
                    on_judged=lambda bout: progress.add(None in bout.orders),
                )
                for one, other, pairing in pairs
            ]
            for judge in judges:
                if waiting := judge.awaited():
                    progress.say(f"r2s: {waiting.message}")
    return matches


def _keep(run: Path, matches: Sequence[Match], rule: Rule) -> None:
    """One line a battle in the first run's `eval/`."""
    import orjson

    from r2s.evaluation.battles.matches import bout_row
    from r2s.evaluation.kbench.evaluating import results_path
    from r2s.runs.directory import write_text
    from r2s.runs.reading import open_run

    rows = [
        {"first": match.first, "second": match.second, **bout_row(bout, sitting.judge, rule)}
        for match in matches
        for sitting in match.sittings
        for bout in sitting.bouts
    ]
    others = "-".join(dict.fromkeys(Path(match.second).name for match in matches))
    path = results_path(open_run(run), "battles", others)
    write_text(path, "".join(orjson.dumps(row).decode() + "\n" for row in rows))


def _show(matches: Sequence[Match], rule: Rule, seed: int, *, as_json: bool) -> None:
    from r2s.evaluation.battles.matches import match_figures, rating_figures
    from r2s.evaluation.battles.ratings import ratings_of
    from r2s.views.battles import print_matches

    results = [result for match in matches for result in match.results(rule)]
    ratings = ratings_of(results, seed=seed) if len(matches) > 1 else []
    figures = [match_figures(match, rule, seed) for match in matches]
    print_matches(figures, [rating_figures(rating) for rating in ratings], as_json=as_json)


def _exit_code(matches: Sequence[Match]) -> int:
    from r2s.cli.app import EXIT_FAILED_DOCUMENTS, exit_code

    for match in matches:
        if match.ended is not None:
            typer.echo(f"r2s: {match.ended}", err=True)
            return exit_code(match.ended)
    bouts = [bout for match in matches for sitting in match.sittings for bout in sitting.bouts]
    lost = any(None in bout.orders and not bout.is_waiting for bout in bouts)
    return EXIT_FAILED_DOCUMENTS if lost or any(match.pairing.damaged for match in matches) else 0
