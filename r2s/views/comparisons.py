"""A comparison on the terminal: what moved, and where everything is."""

import json
from dataclasses import asdict
from typing import Any

from rich.table import Table

from r2s.experiments.analysis import Analysis
from r2s.experiments.comparison import Contrast
from r2s.experiments.reports import numbers
from r2s.experiments.results import Results
from r2s.views.console import open_console


def print_comparison(results: Results, *, as_json: bool) -> None:
    """The differences from the baseline, and the files."""
    if as_json:
        return print(json.dumps(_figures(results), ensure_ascii=False))
    analysis, console = results.analysis, open_console()
    console.print(
        f"[bold]{len(analysis.cube.documents)} documents[/bold] in {len(analysis.cube.cells)} cells, compared with "
        f"{analysis.axes.baseline}"
    )
    console.print(_differences(analysis))
    if analysis.unmoved:
        same = ", ".join(measure.label for measure in analysis.unmoved)
        console.print(f"[dim]the same in every cell: {same}[/dim]", soft_wrap=True)
    for path in results.files:
        console.print(f"  {path}", soft_wrap=True)


def _differences(analysis: Analysis) -> Table:
    table = Table("outcome", "cell", "difference, 95 %", "p (Holm)", box=None)
    before = None
    for contrast in analysis.contrasts:
        measure = contrast.measure
        spread = numbers.spread_of_difference(contrast.interval, measure)
        label = "" if measure == before else measure.label
        table.add_row(label, contrast.cell, spread, numbers.p_value(contrast.p_holm))
        before = measure
    return table


def _figures(results: Results) -> dict[str, Any]:
    analysis = results.analysis
    return {
        "out": str(results.folder),
        "baseline": analysis.axes.baseline,
        "primary": analysis.primary.name,
        "cells": [asdict(cost) for cost in analysis.costs],
        "contrasts": [_told(contrast) for contrast in analysis.contrasts],
        "same": [measure.name for measure in analysis.unmoved],
        "files": [str(path) for path in results.files],
    }


def _told(contrast: Contrast) -> dict[str, Any]:
    return {**asdict(contrast), "measure": contrast.measure.name}
