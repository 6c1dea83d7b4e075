"""The graphs for LangGraph Studio: they build without a key, speak JSON, and play."""

import importlib
import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from r2s import studio
from r2s.errors import ConfigError
from r2s.runs.methods import METHODS
from r2s.trees.tree import check_tree, read_tree
from tests.conftest import LIGHTHOUSE

NAMED = json.loads((Path(__file__).parents[1] / "langgraph.json").read_text(encoding="utf-8"))["graphs"]


def made(name: str, **settings: Any) -> studio.Studio:
    """The graph that a server makes of a name in `langgraph.json`."""
    module, _, attribute = NAMED[name].partition(":")
    return getattr(importlib.import_module(module), attribute)({"configurable": {"thread_id": "t", **settings}})


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def test_every_method_is_named() -> None:
    assert set(NAMED) == set(METHODS)


@pytest.mark.parametrize("name", NAMED)
def test_a_factory_builds_without_a_key_and_describes_its_json(name: str) -> None:
    graph = made(name)

    assert graph.name == name
    assert graph.get_input_jsonschema()["required"] == ["text"]
    assert set(graph.get_output_jsonschema()["properties"]) == {"tree"}
    assert set((graph.get_context_jsonschema() or {})["properties"]) >= {"model", "reviewers", "turns"}
    assert graph.get_graph(xray=True).nodes.keys() > {"opening", "tree"}


def test_a_factory_builds_for_a_server_that_is_not_there() -> None:
    assert made("cod", model="openai:no-such-model", base_url="http://127.0.0.1:9/v1").name == "cod"


async def test_a_graph_plays_a_turn_and_every_step_of_it_is_json() -> None:
    graph = made("cod_review", turns=1, reviewers=2)
    seen: list[str] = []

    end: Any = {}
    async for _, mode, step in graph.astream(
        {"text": LIGHTHOUSE, "title": "Skerry lighthouse"}, stream_mode=["updates", "values"], subgraphs=True
    ):
        orjson.dumps(step, default=lambda value: value.model_dump())
        seen += step if mode == "updates" else ()
        end = step if "tree" in step and mode == "values" else end

    tree = check_tree(read_tree(json.dumps(end["tree"]), "studio"))
    assert set(seen) >= {"opening", "planner", "user", "candidate", "reviewer", "chairman", "assistant", "tree"}
    assert (tree.totals.turns, tree.document.title) == (1, "Skerry lighthouse")
    assert {len(node.reviews) for node in tree.nodes if node.role == "assistant"} == {2}


async def test_a_graph_goes_on_from_what_was_said() -> None:
    said = ["What is the Skerry lighthouse?", "A lighthouse of 1844."]

    end = await made("reflection").ainvoke({"text": "", "said": said})

    assert end["tree"]["nodes"][0]["text"] == said[0]


def test_a_setting_that_cannot_be_is_named() -> None:
    with pytest.raises(ConfigError, match="reviewers"):
        made("cod_review", reviewers=-1)
