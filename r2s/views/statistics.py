"""The statistics of a run or of a file of pairs, as tables for people and JSON for programs."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from r2s.evaluation.statistics.table3 import HEADINGS, PUBLISHED, Table3Row, table3_row
from r2s.models.names import BASELINE
from r2s.views.console import open_console

NONE = "-"
# Where there is no terminal, nothing is gained by breaking lines of tables.
WIDTH = 132
EXTRACTIVE_NOTE = "The judge is the extractive baseline, which looks at words: its answers show how everything works."


def print_statistics(report: Mapping[str, Any], name: str, folder: Path, *, paper: bool, as_json: bool) -> None:
    """All figures; `paper` puts the rows of Reflection-Tuning's Table 3 beside one's own."""
    if as_json:
        return print(json.dumps(report, ensure_ascii=False))
    console = open_console()
    if not console.is_terminal:
        console.width = max(WIDTH, console.width)
    languages = ", ".join(f"{language} {count}" for language, count in report["languages"].items())
    console.print(f"[bold]{report['talks']} dialogues or pairs[/bold] ({languages})")
    for table in _tables(report, name, paper=paper):
        console.print()
        console.print(table)
    for note in _notes(report):
        console.print(f"[dim]{note}[/dim]", soft_wrap=True)
    console.print(f"\n  {folder / 'dialogues.jsonl'}  [dim]a line a dialogue, for filters[/dim]", soft_wrap=True)
    console.print(f"  {folder / 'stats.json'}  [dim]all figures[/dim]", soft_wrap=True)


def _tables(report: Mapping[str, Any], name: str, *, paper: bool) -> Iterator[Table]:
    yield _table3(table3_row(name, report), paper=paper)
    yield _general(report)
    if "names_source" in report["means"]:
        yield _properties(report)
    if report["logic"]["turns"]:
        yield _logic(report["logic"])
    if any(value is not None for value in report["persona"].values()):
        yield _persona(report)
    yield _diversity(report["diversity"])
    if report["new_tags"]:
        yield _rounds(report)


def _table3(row: Table3Row, *, paper: bool) -> Table:
    table = _table("Table 3 of Reflection-Tuning", *HEADINGS)
    for each in (row, *(PUBLISHED if paper else ())):
        data, *figures = each
        table.add_row(data, *(_number(figure, 2) for figure in figures))
    return table


def _general(report: Mapping[str, Any]) -> Table:
    table = _table("Means over dialogues", "", "mean", "of")
    names = (
        *("turns", "user_words", "assistant_words", "language_kept", "listed_words", "evidence_coverage"),
        *("grounded_replies", "grounded_sentences", "ifd", "ifd_loss", "rifd", "difficulty"),
        *("additions", "additions_unsure", "claims_changed", "changed_agent", "changed_modality", "changed_scope"),
    )
    for name in names:
        if name in report["means"]:
            found = report["means"][name]
            table.add_row(_words(name), _number(found["mean"]), str(found["talks"]))
    return table


def _properties(report: Mapping[str, Any]) -> Table:
    table = _table("Ten properties", "", "figure", "should be", "mean", "is so in", "by")
    for number, each in enumerate(report["properties"], 1):
        heading = f"{number} {each['name']}"
        for by, found in (("rule", each["by_rule"]), ("judge", each["by_judge"])):
            for name, kept in found.items():
                if kept["mean"] is not None:
                    table.add_row(heading, _words(name), _bounds(kept), _number(kept["mean"]), _share(kept["held"]), by)
                    heading = ""
        if heading:
            table.add_row(heading, NONE, NONE, NONE, NONE, "a judge" if not each["by_rule"] else NONE)
    return table


def _bounds(kept: Mapping[str, Any]) -> str:
    least, most = kept["least"], kept["most"]
    if most is None:
        return f"at least {least:g}"
    return f"at most {most:g}" if most else "0"


def _persona(report: Mapping[str, Any]) -> Table:
    turns = report["means"]["turns"]
    count = round(turns["mean"] * turns["talks"])
    table = _table(f"Persona checks of {count} user turns", "", "count")
    for name, value in report["persona"].items():
        if value is not None:
            what = _words(name.removeprefix("persona_"))
            table.add_row(f"{what} (dialogues)" if name == "persona_goal_lost" else what, f"{value:g}")
    return table


def _logic(logic: Mapping[str, Any]) -> Table:
    table = _table("Logic types", "", "share", "target")
    for type, share in logic["shares"].items():
        table.add_row(type, _share(share), _share(logic["target"] and logic["target"][type]))
    table.add_row("distance from the target", _share(logic["distance"]), "")
    return table


def _diversity(diversity: Mapping[str, Mapping[str, Any]]) -> Table:
    headings = ("texts", "looked at", "distinct-1", "distinct-2", "distinct-3", "self-BLEU", "embeddings", "by")
    table = _table("Diversity", "", *headings)
    for which, found in diversity.items():
        figures = [found[name] for name in ("distinct_1", "distinct_2", "distinct_3", "self_bleu")]
        counts = (str(found["texts"]), str(found["sampled"]))
        distance = _number(found["embedding_diversity"], 3)
        table.add_row(which, *counts, *(_number(figure, 3) for figure in figures), distance, found["encoder"])
    return table


def _rounds(report: Mapping[str, Any]) -> Table:
    rounds = sorted({int(turn) for found in report["new_tags"].values() for turn in found["new"]})[:12]
    table = _table("By round", "", *map(str, rounds))
    for by, found in report["new_tags"].items():
        shares = (_share(found["new"].get(str(turn), 0.0)) for turn in rounds)
        table.add_row(f"new tags by {by}, of {found['tags']}", *shares)
    if report["difficulty"]:
        hard = (report["difficulty"].get(str(turn), {}).get("hard") for turn in rounds)
        table.add_row("hard questions", *map(_share, hard))
    return table


def _notes(report: Mapping[str, Any]) -> Iterator[str]:
    by = report["measured_by"]
    if by["lm"]:
        lm = by["lm"]
        yield f"Perplexities and IFD by {lm['lm']} ({lm['template']} template, at most {lm['longest']} tokens)"
    if by["encoders"]:
        used = {language: by["encoders"][language] for language in report["languages"]}
        mixed = "; compare it within a language only" if len(set(used.values())) > 1 else ""
        yield "Coherence by " + ", ".join(f"{encoder} ({language})" for language, encoder in used.items()) + mixed
    for judge in sorted(set(by["judges"].values())):
        yield f"Judged by {judge}"
        if judge == BASELINE:
            yield EXTRACTIVE_NOTE
    if report["unjudged"]:
        yield "Without a usable answer: " + ", ".join(f"{role} {count}" for role, count in report["unjudged"].items())
    if report["listed_words"]:
        yield "Listed words: " + ", ".join(f"{word} {count}" for word, count in [*report["listed_words"].items()][:10])
    for damage in report["damaged"][:10]:
        yield f"left out: {damage}"


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place == 0 else "right")
    return table


def _words(name: str) -> str:
    return name.replace("_", " ")


def _number(value: float | None, places: int = 2) -> str:
    return NONE if value is None else f"{value:,.{places}f}"


def _share(value: float | None) -> str:
    return NONE if value is None else f"{value:.1%}"
