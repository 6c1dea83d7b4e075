"""The diagrams in docs/graphs and in the README are those of the graphs as they are."""

import re

import pytest

import r2s
from docs.graphs import FOLDER, README, pages, with_diagrams
from r2s.runs.methods import METHODS
from r2s.views.mermaid import method_diagram


def test_the_diagrams_that_are_kept_are_current() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}

    assert kept == pages(), "run python docs/graphs.py"


def test_the_diagrams_in_the_readme_are_current() -> None:
    text = README.read_text(encoding="utf-8")

    assert with_diagrams(text) == text, "run python docs/graphs.py"


def test_a_diagram_behind_its_mark_is_replaced_and_others_are_left() -> None:
    text = "```mermaid\nmine\n```\n<!-- r2s graph cot -->\n\n```mermaid\nold\n```\nafter\n"

    replaced = with_diagrams(text)

    assert replaced.startswith("```mermaid\nmine\n```\n<!-- r2s graph cot -->\n\n```mermaid\nflowchart TD\n")
    assert "old" not in replaced
    assert replaced.endswith("```\nafter\n")


@pytest.mark.parametrize("method", METHODS)
def test_a_diagram_has_every_step_of_the_graph_with_its_words(method: str) -> None:
    graph = r2s.graph(method)

    drawn = method_diagram(method, graph)

    steps = set(graph.get_graph().nodes) - {"__start__", "__end__"}
    assert set(re.findall(r'^    (\w+)(?:\(\[|\[)"[\w-]+<br/>[^"]+"', drawn, re.MULTILINE)) == steps
    assert len(re.findall(r"-\.?->| fork ", drawn)) >= len(graph.get_graph().edges)
    assert drawn.count("begins -->") == 1
