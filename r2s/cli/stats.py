"""`r2s stats`: what a run or a file of pairs is like, in figures that export filters can use."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from r2s.cli import settings
from r2s.errors import ConfigError

if TYPE_CHECKING:
    from r2s.config import RunConfig
    from r2s.evaluation.statistics.sources import Source
    from r2s.models.journal.address import Where

EXAMPLE = (
    "Example:  r2s stats RUN --lm Qwen/Qwen2.5-0.5B --judge openai:gpt-4o-mini   and then\n\n"
    "r2s export RUN --filter ifd --filter measured.most.persona_lapses=0 --filter measured.least.stands_alone=4 -o DATA"
)
HELP = (
    "Statistics of the dialogues of a run, or of the pairs of a file: lengths, diversity, logic types, grounding, the"
    " ten properties of a dialogue worth training on, persona checks.\n\n"
    "Perplexities, IFD and rIFD (Table 3 of Reflection-Tuning) take a causal language model: --lm. What no rule can"
    " tell takes a judge: --judge; its roles are reader (stands alone), auditor (true to the document), persona_judge"
    " and tagger (tags and difficulty). Figures go to RUN/stats; what was measured before is not measured again."
)
Template = Literal["chat", "plain"]


def register(app: typer.Typer) -> None:
    app.command("stats", help=HELP, short_help="Perplexity, IFD, diversity, properties.", epilog=EXAMPLE)(stats)


def stats(
    path: Annotated[Path, typer.Argument(help="A run directory, or a file of pairs.", metavar="RUN|PAIRS")],
    lm: Annotated[str | None, typer.Option(help="A causal language model: a folder, or a name of the Hub.")] = None,
    template: Annotated[Template | None, typer.Option(help="chat (its own) or plain, for --lm.")] = None,
    longest: Annotated[int | None, typer.Option(min=8, help="The most tokens of a text with its context.")] = None,
    batch_tokens: Annotated[int, typer.Option(min=1, help="The most tokens of a batch of --lm.")] = 8192,
    judge: Annotated[str | None, typer.Option(help="What judges, named as for r2s run --model.")] = None,
    ask: Annotated[str | None, typer.Option(help="Only these roles of the judge, separated by commas.")] = None,
    words: Annotated[Path | None, typer.Option(help="A file of words that should not occur, one a line.")] = None,
    encoder: Annotated[str, typer.Option(help="auto, lexical, or a sentence-transformers model.")] = "auto",
    sample: Annotated[int, typer.Option(min=2, help="Messages that diversity looks at, of each side.")] = 1000,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where figures go; RUN/stats if not given.")] = None,
    paper: Annotated[bool, typer.Option("--paper", help="Put the paper's rows of Table 3 beside.")] = False,
    config: settings.Config = None,
    set_: settings.Set = None,
    base_url: settings.BaseUrl = None,
    concurrency: settings.Concurrency = None,
    max_calls: settings.MaxCalls = None,
    max_tokens: settings.MaxTokens = None,
    max_cost: settings.MaxCost = None,
    journal: settings.RunJournal = None,
    display: settings.Display = "full",
    as_json: settings.AsJson = False,
) -> None:
    """Measure, add up, and show."""
    from r2s.cli.app import EXIT_FAILED_DOCUMENTS
    from r2s.evaluation.statistics.collecting import collect
    from r2s.evaluation.statistics.model_figures import LmSettings, measure_coherence, measure_likelihood
    from r2s.evaluation.statistics.sources import open_source
    from r2s.evaluation.statistics.word_lists import WordList
    from r2s.views.statistics import print_statistics

    source, listed, roles = open_source(path, out), WordList.read(words) if words else None, _roles(ask)
    chosen = settings.chosen_by(locals(), **({"models.judge": judge} if judge else {}))
    with source.locked():
        if lm:
            chosen_lm = LmSettings(path=lm, template=template, longest=longest, batch_tokens=batch_tokens)
            _measured(source, "dialogues scored", lambda told: measure_likelihood(source, chosen_lm, told))
        _measured(source, "dialogues compared", lambda told: measure_coherence(source, encoder, told))
        if judge:
            _judge(source, chosen, roles, journal)
        report = collect(source, listed, sample=sample, encoder=encoder)
    print_statistics(report, path.name, source.folder, paper=paper, as_json=as_json)
    if report["damaged"] or report["unjudged"]:
        raise typer.Exit(EXIT_FAILED_DOCUMENTS)


def _roles(given: str | None) -> list[str]:
    from r2s.evaluation.properties.questions import QUESTIONS

    roles = [role.strip() for role in given.split(",")] if given else list(QUESTIONS)
    if unknown := [role for role in roles if role not in QUESTIONS]:
        raise ConfigError(f"--ask {given}: there is no role {unknown[0]!r}; roles are {', '.join(QUESTIONS)}")
    return roles


def _measured(source: Source, what: str, measure: Callable[[Callable[[int], None]], int]) -> None:
    from r2s.cli.progress import Counted

    with Counted(what, _count(source)) as progress:
        measure(_adding(progress))


def _judge(source: Source, config: RunConfig, roles: list[str], journal: Where | None) -> None:
    import asyncio

    received = asyncio.run(_ask(source, config, roles, journal))
    if received is not None:
        raise typer.Exit(received)


async def _ask(source: Source, config: RunConfig, roles: list[str], journal: Where | None) -> int | None:
    """Put every role's question; the exit code of a sitting that was stopped, null after a whole one."""
    import asyncio

    from r2s.cli.progress import Counted
    from r2s.cli.run import stop_on_signals
    from r2s.errors import StoppedError
    from r2s.evaluation.judging import Judging
    from r2s.evaluation.statistics.model_figures import ask_judge

    kept = journal or (source.run.journal if source.run else None)
    with Counted("questions answered", len(roles) * _count(source)) as progress:
        async with Judging(config, journal=kept) as judging:
            progress.meter = judging.meter
            received = stop_on_signals(judging)
            try:
                await ask_judge(source, judging, roles, _adding(progress))
            except (StoppedError, asyncio.CancelledError) as error:
                print(f"r2s: {error or 'stopped'}", file=sys.stderr)
                return 128 + received[0]
            waiting = judging.awaited()
    if waiting:
        print(
            f"r2s: {waiting.requests} questions wait for a batch; the same command goes on from here", file=sys.stderr
        )
    return None


def _count(source: Source) -> int:
    return sum(1 for _ in source.talks())


def _adding(progress: Any) -> Callable[[int], None]:
    def told(count: int) -> None:
        for _ in range(count):
            progress.add()

    return told
