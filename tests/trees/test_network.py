"""Trees for other programs: networkx, GraphML and DOT hold what the tree holds, whatever strangers wrote."""

import re
import shutil
import subprocess
from pathlib import Path

import networkx
import pytest

from r2s.trees.tree import ConversationTree
from tests.samples.test_targets import changed
from tests.trees.forest import make_tree

HOSTILE = (
    'a "quoted" \\N \\" end\\ &amp; <b>bold</b>\n];}\n"x" -> "y" [label=<<i>hit</i>>]; 灯塔🗼 \0\x07 \ud800'.replace(
        "\ud800", ""
    )
)


def hostile() -> ConversationTree:
    tree = changed(make_tree(), u1={"text": HOSTILE, "agent": HOSTILE}, a1={"text": HOSTILE, "flaws": (HOSTILE,)})
    document = tree.document.model_copy(update={"title": HOSTILE, "id": HOSTILE})
    return tree.model_copy(update={"document": document, "id": HOSTILE})


def test_the_graph_has_plain_attributes_and_leaves_out_what_is_not_known() -> None:
    graph = make_tree().to_networkx()

    assert networkx.is_arborescence(graph)
    assert graph.graph["method"] == "cod_review"
    assert graph.nodes["a1"]["score"] == 3.0
    assert (graph.nodes["u1"]["type"], graph.nodes["d1"]["status"]) == ("question-answer", "rejected")
    assert "score" not in graph.nodes["d1"]
    assert {type(value) for node in graph.nodes.values() for value in node.values()} <= {str, int, float, bool}


def test_graphml_reads_back_as_the_same_graph(tmp_path: Path) -> None:
    tree = make_tree()

    written = tree.to_graphml(tmp_path / "tree.graphml")

    graph = tree.to_networkx()
    read = networkx.read_graphml(tmp_path / "tree.graphml")
    assert (tmp_path / "tree.graphml").read_text(encoding="utf-8") == written
    assert dict(read.nodes(data=True)) == dict(graph.nodes(data=True))
    assert list(read.edges) == list(graph.edges)
    assert read.graph["document"] == "doc"


def test_graphml_of_hostile_text_is_read_back_without_control_characters(tmp_path: Path) -> None:
    hostile().to_graphml(tmp_path / "tree.graphml")

    read = networkx.read_graphml(tmp_path / "tree.graphml")
    assert read.nodes["a1"]["text"] == HOSTILE.replace("\0", "\ufffd").replace("\x07", "\ufffd")


def test_dot_names_every_message_and_every_answer(tmp_path: Path) -> None:
    tree = make_tree()

    written = tree.to_dot(tmp_path / "tree.dot")

    assert (tmp_path / "tree.dot").read_text(encoding="utf-8") == written
    assert set(re.findall(r'^  "(\w+)" \[', written, re.MULTILINE)) == {node.id for node in tree.nodes}
    assert set(re.findall(r'^  "(\w+)" -> "(\w+)"', written, re.MULTILINE)) == set(tree.graph.edges)


def test_hostile_text_stays_within_its_quotation_marks() -> None:
    def unquoted(tree: ConversationTree) -> str:
        return re.sub(r'"(?:[^"\\]|\\.)*"', "", tree.to_dot(), flags=re.DOTALL)

    assert unquoted(hostile()) == unquoted(make_tree())


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_graphviz_shows_hostile_text_as_it_stands() -> None:
    drawn = subprocess.run(["dot", "-Tplain"], input=hostile().to_dot(), capture_output=True, text=True, check=True)
    drawing = subprocess.run(["dot", "-Tsvg"], input=hostile().to_dot(), capture_output=True, text=True, check=True)

    assert sum(line.startswith("node ") for line in drawn.stdout.splitlines()) == len(make_tree().nodes)
    assert drawing.stderr == ""
    assert "<b>bold" not in drawing.stdout
    assert "&amp;amp; &lt;b&gt;bold&lt;/b&gt;" in drawing.stdout.replace("&#45;", "-").replace("&#160;", " ")
