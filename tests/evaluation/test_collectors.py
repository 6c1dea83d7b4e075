"""Collectors: what is shipped gives the numbers it should; what users register is checked and named."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from r2s.errors import ConfigError
from r2s.evaluation import collectors as module
from r2s.evaluation.collectors import Collectors, Measure, Turn, load_collectors, turns_of
from r2s.runs.directory import RunDirectory
from r2s.trees.node import Node
from r2s.trees.tree import ConversationTree
from tests.evaluation.runs import played

OWN = """
from r2s.evaluation.collectors import Measure, per_turn

@per_turn(Measure("question_marks_{0}", "question marks a question"))
def question_marks_{0}(turn):
    return {{"question_marks_{0}": turn.question.text.count("?")}}
"""


@pytest.fixture(autouse=True)
def registered_anew(monkeypatch):
    """What a test registers is gone after it."""
    registry = load_collectors()
    monkeypatch.setattr(registry, "_of_trees", dict(registry._of_trees))
    monkeypatch.setattr(registry, "_of_turns", dict(registry._of_turns))


@pytest.fixture(scope="module")
def trees(tmp_path_factory) -> list[ConversationTree]:
    return list(RunDirectory(played(tmp_path_factory.mktemp("runs"), reviewers=2)).read_trees())


def of_tree(tree: ConversationTree, collectors: Collectors | None = None) -> dict[str, float | None]:
    collectors = collectors or load_collectors()
    return collectors.of_tree(tree, collectors.of_turns(tree))


def changed(tree: ConversationTree, role: str, **changes) -> ConversationTree:
    return with_nodes(tree, [node.model_copy(update=changes if node.role == role else {}) for node in tree.nodes])


def with_nodes(tree: ConversationTree, nodes: Sequence[Node]) -> ConversationTree:
    return ConversationTree.model_validate(
        {**tree.model_dump(by_alias=True), "nodes": [node.model_dump() for node in nodes]}
    )


def test_every_measure_is_given_for_every_tree_and_shares_are_shares(trees):
    measures = load_collectors().measures

    for tree in trees:
        found = of_tree(tree)
        assert set(found) == {measure.name for measure in measures}
        for measure in measures:
            if measure.is_share and (value := found[measure.name]) is not None:
                assert 0 <= value <= 1


def test_shipped_measures_are_what_the_tree_says(trees):
    tree = trees[0]

    found = of_tree(tree)

    kept = [node for node in tree.nodes if node.status == "kept"]
    assert found["coverage"] == tree.coverage
    assert found["turns"] == tree.totals.turns == sum(node.role == "assistant" for node in kept)
    assert found["grounded"] == 1.0
    assert found["reviewers_heard"] == 2.0
    assert found["calls"] == tree.totals.calls


def test_replies_without_evidence_are_not_grounded(trees):
    found = of_tree(changed(trees[0], "assistant", evidence=()))

    assert (found["grounded"], found["exact"]) == (0.0, None)


def test_a_user_who_says_the_documents_own_words_first_is_found_out_whatever_the_run_recorded(trees):
    leaky = changed(trees[0], "user", text="Was the Skerry granite quarried before the mainland computer?", flaws=())

    assert of_tree(trees[0])["foreknowledge"] == 0.0
    assert of_tree(leaky)["foreknowledge"] == 1.0 / of_tree(leaky)["turns"]  # type: ignore[operator]


def test_a_reply_that_recites_is_told_from_one_that_does_not(trees):
    text = trees[0].document.text

    assert of_tree(changed(trees[0], "assistant", text=text))["copied"] == 1.0
    assert of_tree(changed(trees[0], "assistant", text="Nobody can tell."))["copied"] == 0.0


def test_without_reviewers_the_panel_thought_nothing(tmp_path):
    tree = next(iter(RunDirectory(played(tmp_path, count=1, reviewers=0)).read_trees()))

    found = of_tree(tree)

    assert found["reviewers_heard"] == 0.0
    assert found["review_score"] is found["accepted_votes"] is found["dissent"] is None


def test_a_turn_that_branches_share_comes_once(trees):
    tree = trees[0]
    twin = tree.nodes[-1].model_copy(update={"id": "twin", "order": 9, "status": "kept", "text": "Otherwise."})

    turns = list(turns_of(with_nodes(tree, [*tree.nodes, twin])))

    replies = [turn.reply.id for turn in turns]
    assert len(replies) == len(set(replies)) > len(list(turns_of(tree)))


def test_users_register_functions_of_turns_and_trees():
    own = Collectors()

    @own.per_turn(Measure("marks", "question marks"))
    def marks(turn: Turn):
        return {"marks": turn.question.text.count("?")}

    @own.per_tree(Measure("length", "characters"))
    def length(tree: ConversationTree):
        return {"length": None}

    assert [measure.name for measure in own.measures] == ["length", "marks"]


@pytest.mark.parametrize("name", ["mine", "theirs"])
def test_names_are_given_once(name):
    own = Collectors()

    @own.per_turn(Measure("marks", "question marks"))
    def mine(turn: Turn):
        return {}

    def again(turn: Turn):
        return {}

    again.__name__ = name
    with pytest.raises(ValueError, match="already"):
        own.per_tree(Measure("marks", "question marks"))(again)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"other": 1.0}, "none of its measures"),
        ({"marks": "many"}, "no number"),
        ({"marks": float("nan")}, "no number"),
    ],
)
def test_what_is_no_number_is_refused_and_its_collector_named(trees, given, told):
    own = Collectors()

    @own.per_turn(Measure("marks", "question marks"))
    def marks(turn: Turn):
        return given

    with pytest.raises(ConfigError, match=f"collector marks gave.*{told}"):
        of_tree(trees[0], own)


def test_a_collector_that_fails_is_named(trees):
    own = Collectors()

    @own.per_tree(Measure("marks", "question marks"))
    def marks(tree: ConversationTree):
        return {"marks": 1 / 0}

    with pytest.raises(ConfigError, match=r"collector marks failed on tree .*ZeroDivisionError"):
        of_tree(trees[0], own)


def test_a_file_of_collectors_is_loaded_once(tmp_path, trees):
    (tmp_path / "mine.py").write_text(OWN.format("file"), encoding="utf-8")

    load_collectors([str(tmp_path / "mine.py")])
    found = load_collectors([str(tmp_path / "mine.py")])

    assert (of_tree(trees[0], found)["question_marks_file"] or 0) >= 0


def test_a_file_that_is_missing_or_broken_is_named(tmp_path):
    (tmp_path / "broken.py").write_text("import nothing_of_this_name", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"broken\.py cannot be loaded: ModuleNotFoundError"):
        load_collectors([str(tmp_path / "broken.py")])
    with pytest.raises(ConfigError, match=r"absent\.py cannot be loaded"):
        load_collectors([str(tmp_path / "absent.py")])


def test_installed_packages_offer_collectors_by_entry_points(tmp_path, trees, monkeypatch):
    (tmp_path / "offered.py").write_text(OWN.format("entry"), encoding="utf-8")
    meta = tmp_path / "offered-1.0.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: offered\nVersion: 1.0\n", encoding="utf-8")
    (meta / "entry_points.txt").write_text("[r2s.collectors]\noffered = offered\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.invalidate_caches()

    found = load_collectors()

    assert "question_marks_entry" in of_tree(trees[0], found)


def test_the_shipped_measures_have_words_and_known_kinds():
    assert Path(module.__file__).exists()
    for measure in load_collectors().measures:
        assert measure.label
        assert measure.better is None or measure.kind == "outcome"
