"""`r2s export`: the trees of runs as a data set."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from r2s.cli import settings
from r2s.cli.damaged import tell_damaged
from r2s.errors import ConfigError

if TYPE_CHECKING:
    from r2s.errors import TreeError
    from r2s.samples.export import ExportReport
    from r2s.samples.settings import ExportSettings

EXAMPLE = (
    "Example:  r2s export RUN --to messages -o samples.jsonl\n\n"
    "Another:  r2s export RUN_A RUN_B --to preference --format hf --split train=0.9,test=0.1 --filter scores.least=3.5"
    " --filter duplicates --filter contamination.against=mt_bench.jsonl --card -o DATA"
)
HELP = (
    "Write the dialogues of runs as a data set: filtered, split by document, with a card.\n\n"
    "Targets are messages, prompt-completion, sharegpt, alpaca, preference, oasst, gllm (document to whole dialogue)"
    " and gllm_turn. Filters are scores, dissent, coverage, turns, characters, language, repetition, flaws, duplicates,"
    " contamination, and ifd and measured, which read what r2s stats has found; each is named with its settings, as in"
    " --filter turns.least=4 --filter flaws --filter measured.most.foreknowledge=0."
    " Beside the output, OUT.report.json holds figures and settings, OUT.dropped.jsonl what was dropped and why.\n\n"
    "The output is made beside its place and moved there when it is whole. What stands there is never replaced without"
    " --force, and with it only if r2s export made it. A damaged line of a run is named and left out, and the exit"
    " code is then 3."
)

Runs = Annotated[list[Path], typer.Argument(help="Run directories.", metavar="RUN")]
Format = Annotated[str | None, typer.Option(help="jsonl, parquet or hf (a Hugging Face dataset folder).")]
Filters = Annotated[list[str] | None, typer.Option("--filter", help="NAME or NAME.setting=value; several times.")]
Force = Annotated[bool, typer.Option("--force", help="Replace an earlier export.")]


def register(app: typer.Typer) -> None:
    app.command("export", help=HELP, short_help="Write dialogues as a data set.", epilog=EXAMPLE)(export)


def export(
    runs: Runs,
    out: Annotated[Path, typer.Option("--out", "-o", help="A .jsonl or .parquet file, or a folder.")],
    to: Annotated[str | None, typer.Option(help="The target; messages if not given.")] = None,
    format: Format = None,
    split: Annotated[str | None, typer.Option(help="Splits by document, such as train=0.9,test=0.1.")] = None,
    filter: Filters = None,
    config: Annotated[str | None, typer.Option("--config", "-c", help="A YAML file of export settings.")] = None,
    set: Annotated[list[str] | None, typer.Option("--set", help="One setting, such as target.gap=1.")] = None,
    card: Annotated[bool, typer.Option("--card", help="Write a dataset card (README.md).")] = False,
    push: Annotated[str | None, typer.Option(help="Upload to this Hugging Face repository, OWNER/NAME.")] = None,
    private: Annotated[bool, typer.Option("--private", help="Make the repository a private one.")] = False,
    partial: settings.Partial = False,
    force: Force = False,
    as_json: settings.AsJson = False,
) -> None:
    """Write a data set."""
    from r2s.samples.hub import check_token
    from r2s.samples.loading import load_export_settings

    format = format or (out.suffix[1:] if out.suffix in (".jsonl", ".parquet") else None)
    flags = {"target.kind": to, "format": format, "split": split}
    chosen = load_export_settings(config, set or (), filter or (), flags, with_card=card or push is not None)
    chosen = with_stats(chosen, runs)
    if push:
        check_token()
    report, damaged = write_export(runs, chosen, out, force=force, partial=partial)
    address = _push(push, out, private=private) if push else None
    show_export(report, damaged, address, as_json=as_json)


def with_stats(chosen: "ExportSettings", runs: Sequence[Path]) -> "ExportSettings":
    """The settings, in which filters on what was measured read what `r2s stats` has written for these runs."""
    from r2s.evaluation.statistics.collecting import dialogues_path
    from r2s.runs.directory import RunDirectory
    from r2s.samples.filters.measured import FromStats

    files = tuple(path for run in runs if (path := dialogues_path(RunDirectory(run).stats)).is_file())
    filters = [
        filter.model_copy(update={"file": files}) if isinstance(filter, FromStats) and not filter.file else filter
        for filter in chosen.filters
    ]
    return chosen.model_copy(update={"filters": tuple(filters)})


def write_export(
    runs: Sequence[Path], chosen: "ExportSettings", out: Path, *, force: bool, partial: bool
) -> "tuple[ExportReport, list[TreeError]]":
    """The report of an export, and the lines of the runs that could not be read."""
    from r2s.runs.reading import check_finished, open_run, sound_trees
    from r2s.samples.export import export

    for run in runs:
        open_run(run) if partial else check_finished(run)
    damaged: list[TreeError] = []
    try:
        return export(sound_trees(runs, damaged.append), chosen, out, force=force), damaged
    except ConfigError:
        tell_damaged(damaged)
        raise


def _push(repository: str, folder: Path, *, private: bool) -> str:
    from r2s.samples.hub import push

    return push(folder, repository, private=private)


def show_export(report: "ExportReport", damaged: "Sequence[TreeError]", address: str | None, *, as_json: bool) -> None:
    from r2s.cli.app import EXIT_FAILED_DOCUMENTS

    tell_damaged(damaged)
    if as_json:
        typer.echo(_json({**report.figures, "damaged": [str(error) for error in damaged], "address": address}))
    else:
        typer.echo(_told(report))
        if address:
            typer.echo(f"uploaded to {address}")
    if damaged:
        raise typer.Exit(EXIT_FAILED_DOCUMENTS)


def _told(report: "ExportReport") -> str:
    rows = report.figures["rows"]
    splits = f" ({', '.join(f'{name} {count}' for name, count in rows.items())})" if len(rows) > 1 else ""
    lines = [f"{report.rows} samples{splits} in {report.place.out}"]
    if report.dropped:
        drops = ", ".join(f"{name} {count}" for name, count in report.figures["dropped"].items())
        lines.append(f"{report.dropped} dialogues dropped: {drops}; why is in {report.place.dropped}")
    return "\n".join(lines)


def _json(figures: dict[str, Any]) -> str:
    import json

    return json.dumps(figures, ensure_ascii=False, indent=2)
