"""K-BENCH's tables in the terminal, in the layout of the paper."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from r2s.evaluation.kbench import judged
from r2s.evaluation.kbench.scores import METRICS
from r2s.views.console import open_console

HEADINGS = {"info": "Info", "us": "US", "uf": "UF", "fd": "FD", "fl": "FL", "cs": "CS", "co": "CO", "ia": "IA"}
BASELINE_JUDGE = (
    "The judge is the extractive baseline, which is no language model: it counts words and judges nothing.\n"
    "For scores that mean something, name one: --judge openai:NAME --base-url URL"
)
NO_JUDGE = "No judge was asked: CR and Evidence need none. For the other columns, name one: --judge openai:NAME"
OWN_JUDGE = "The judge also made these dialogues; judges prefer what sounds like themselves."
_NAMED = 5
# Wider than any table; it is made as wide as it needs to be.
_WIDEST = 1000


def print_evaluation(
    runs: Sequence[Mapping[str, Any]],
    paper: Sequence[Mapping[str, Any]],
    raters: Sequence[Mapping[str, Any]],
    *,
    as_json: bool,
) -> None:
    """The runs' rows, the paper's if asked for, and how far raters agree."""
    if as_json:
        return print(json.dumps({"runs": runs, "paper": paper, "agreement": raters}, ensure_ascii=False))
    console = open_console()
    print_wide(console, kbench_table(runs, paper))
    for note in _notes(runs):
        console.print(note, soft_wrap=True)
    for pair in raters:
        console.print(_agreement_table(pair))


def print_wide(console: Console, table: Table) -> None:
    """Print a table with no cell cut or broken, wider than the terminal if it must be."""
    needed = console.measure(table, options=console.options.update(width=_WIDEST)).maximum
    console.width = max(console.width, needed)
    console.print(table)


def kbench_table(
    runs: Sequence[Mapping[str, Any]], paper: Sequence[Mapping[str, Any]] = (), title: str | None = None
) -> Table:
    """Rows of runs with their 95 % intervals beneath, then rows of the paper."""
    has_judges = len({run["judge"] for run in runs}) > 1
    table = Table(title=title, box=None, pad_edge=False, title_justify="left")
    for heading in ("Method", "LLM", *(["Judge"] if has_judges else [])):
        table.add_column(heading, no_wrap=True)
    for heading in (*HEADINGS.values(), "CR", "Avg.", "Evidence"):
        table.add_column(heading, justify="right", no_wrap=True)
    for run in runs:
        names = (run["method"], run["generator"], *([run["judge"]] if has_judges else []))
        figures = [_with_interval(run["columns"][name], run["intervals"][name]) for name in METRICS]
        average = _with_interval(run["avg"] and run["avg"]["printed"], run["intervals"]["avg"])
        table.add_row(*map(escape, names), *figures, average, _plain(run["evidence_percent"]))
    for row in paper:
        trained = f" > {row['finetuned']}" if row["finetuned"] else ""
        named = [f"paper: {row['method']}, {row['documents']}", row["generator"] + trained, *([""] * has_judges)]
        figures = [row["columns"][name] for name in METRICS]
        table.add_row(*map(escape, named), *figures, row["avg"]["printed"], "", style="dim")
    return table


def _with_interval(value: str | None, interval: Sequence[float] | None) -> str:
    return _plain(value) + (f"\n[dim]{interval[0]:.2f}-{interval[1]:.2f}[/dim]" if interval and value else "")


def _plain(value: Any) -> str:
    return "-" if value is None else str(value)


def _notes(runs: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    runs = list(runs)
    judges = {run["judge"]: run["judge_is_language_model"] for run in runs}
    if [*judges] == [judged.NO_JUDGE]:
        yield f"[yellow]{NO_JUDGE}[/yellow]"
        judges = {}
    how = f"judge {', '.join(judges)}, {runs[0]['aggregation']}; " if judges else ""
    yield f"[dim]{escape(how)}below each mean its 95 % interval, documents drawn anew[/dim]"
    if not all(judges.values()):
        yield f"[yellow]{BASELINE_JUDGE}[/yellow]"
    for run in runs:
        yield from (f"{escape(run['run'])}: {told}" for told in _notes_on(run))


def _notes_on(run: Mapping[str, Any]) -> Iterable[str]:
    measured = ", ".join(f"{name} from {threshold:g}" for name, threshold in run["coverage"])
    told = f"{run['judged']} of {run['dialogues']} dialogues judged, {run['documents']} documents"
    yield f"{told}; CR by {escape(measured)}"
    if run["unreached"]:
        yield f"{run['unreached']} dialogues were not reached"
    if run["waiting"]:
        yield f"{run['waiting']} dialogues wait for the judge's replies"
    if run["judge_made_dialogues"] and run["judge_is_language_model"]:
        yield f"[yellow]{OWN_JUDGE}[/yellow]"
    if run["avg"] and run["avg"]["missing"]:
        yield f"Avg. is without {', '.join(run['avg']['missing'])}"
    if run["slips"]:
        yield f"{run['slips']} scores were just off the scale and count as its end"
    bias = run["bias"]
    if bias["length"] is not None or bias["position"] is not None:
        yield (
            f"within dialogues, scores of replies go with their length by {_signed(bias['length'])} and with their"
            f" place by {_signed(bias['position'])} (rank correlation, {bias['turns']} turns)"
        )
    for each in run["unjudged"][:_NAMED]:
        yield f"[red]unjudged[/red] {escape(each['document'])} ({each['dialogue']}): {escape(each['fault'])}"
    if len(run["unjudged"]) > _NAMED:
        yield f"... and {len(run['unjudged']) - _NAMED} more unjudged (--json names all)"
    for damaged in run["damaged"][:_NAMED]:
        yield f"[red]left out[/red] {escape(damaged)}"


def _agreement_table(raters: Mapping[str, Any]) -> Table:
    title = f"{raters['first']} and {raters['second']}: scores that both gave"
    table = Table(title=escape(title), box=None, pad_edge=False, title_justify="left")
    for heading in ("", "scores", "Pearson", "Spearman", "alpha (ordinal)", "alpha (interval)", "difference"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, found in {**raters["by_metric"], "all": raters["overall"]}.items():
        keys = ("pearson", "spearman", "alpha_ordinal", "alpha_interval", "mean_difference")
        table.add_row(HEADINGS.get(name, name), str(found["count"]), *(_signed(found[key]) for key in keys))
    return table


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.2f}"
