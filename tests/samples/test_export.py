"""Exports as their readers find them: files, splits, what is replaced and what is not, and why rows are missing."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datasets
import pytest
from pyarrow import parquet

from r2s import extras
from r2s.documents.document import Part
from r2s.errors import ConfigError
from r2s.samples.dialogue import dialogues_of
from r2s.samples.export import ExportReport, export
from r2s.samples.loading import load_export_settings
from r2s.samples.place import Place
from r2s.samples.selection import Selection
from r2s.samples.splits import Splits
from r2s.trees.tree import ConversationTree, TreeDocument
from tests.samples.test_targets import changed, reviewed
from tests.trees.forest import make_tree

GAP: dict[str, Any] = {"target.gap": 4}
TARGETS = ("messages", "prompt-completion", "sharegpt", "alpaca", "preference", "oasst", "gllm", "gllm_turn")


def forest(count: int) -> Iterator[ConversationTree]:
    """Trees of as many documents, each with a preference pair."""
    reviews: dict[str, Any] = {"d1": {"reviews": reviewed(1)}, "a1": {"reviews": reviewed(4)}}
    for number in range(count):
        tree = changed(make_tree(), **reviews)
        document = tree.document.model_copy(update={"id": f"doc-{number}", "licence": "CC0"})
        yield tree.model_copy(update={"id": f"t{number}", "document": document})


def exported(
    out: Path, *filters: str, trees: int = 20, force: bool = False, target: str = "messages", **flags: Any
) -> ExportReport:
    settings = load_export_settings(None, ["together=null"], filters, {"target.kind": target, **flags})
    return export(forest(trees), settings, out, force=force)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(autouse=True)
def _quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


@pytest.mark.parametrize("target", TARGETS)
def test_datasets_reads_both_layouts_of_a_folder_alike(target: str, tmp_path: Path) -> None:
    report = exported(tmp_path / "data", target=target, format="hf", split="train=0.5,test=0.5")

    on_disk = datasets.load_from_disk(str(tmp_path / "data"))
    by_card = datasets.load_dataset(str(tmp_path / "data"), cache_dir=str(tmp_path / "cache"))
    assert isinstance(on_disk, datasets.DatasetDict)
    assert isinstance(by_card, datasets.DatasetDict)
    assert {name: len(split) for name, split in on_disk.items()} == report.figures["rows"]
    for name in ("train", "test"):
        assert on_disk[name][:] == by_card[name][:]
        assert on_disk[name].features == by_card[name].features


@pytest.mark.parametrize("target", [target for target in TARGETS if target != "oasst"])
def test_a_table_holds_what_the_lines_hold(target: str, tmp_path: Path) -> None:
    exported(tmp_path / "rows.jsonl", target=target)
    exported(tmp_path / "rows.parquet", target=target, format="parquet")

    assert parquet.read_table(tmp_path / "rows.parquet").to_pylist() == lines(tmp_path / "rows.jsonl")


def test_rows_can_go_without_meta(tmp_path: Path) -> None:
    exported(tmp_path / "rows.jsonl", meta=False)
    exported(tmp_path / "rows.parquet", format="parquet", meta=False)

    assert set(lines(tmp_path / "rows.jsonl")[0]) == {"messages"}
    assert parquet.read_table(tmp_path / "rows.parquet").column_names == ["messages"]


def test_the_same_export_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        exported(tmp_path / name, "turns", split="train=0.5,test=0.5")

    for split in ("train.jsonl", "test.jsonl"):
        assert (tmp_path / "one" / split).read_bytes() == (tmp_path / "two" / split).read_bytes()


def test_no_document_is_in_two_splits(tmp_path: Path) -> None:
    exported(tmp_path / "data", trees=60, split="train=0.7,test=0.3")

    train, test = (
        {row["meta"]["document"] for row in lines(tmp_path / "data" / f"{name}.jsonl")} for name in ("train", "test")
    )
    assert not train & test
    assert len(train) + len(test) == 60
    assert 8 <= len(test) <= 28


def test_a_document_keeps_its_split_whatever_else_there_is() -> None:
    documents = [tree.document for tree in forest(40)]
    all_of_them, some = Splits({"train": 0.5, "test": 0.5}, None), Splits({"train": 0.5, "test": 0.5}, None)

    splits = {document.id: all_of_them.of(document).split for document in documents}

    assert all(some.of(document).split == splits[document.id] for document in reversed(documents[::3]))
    assert set(splits.values()) == {"train", "test"}


STORY = " ".join(f"Sentence {number} tells of a keeper who climbed many steps." for number in range(30))
HALVES = {"train": 0.5, "test": 0.5}


def document_of(id: str, text: str, whole: str | None = None) -> TreeDocument:
    """A document, or a section of one."""
    part = Part(whole=whole, number=1, count=12, start=0, end=len(text)) if whole else None
    return make_tree().document.model_copy(update={"id": id, "text": text, "part": part})


def side_of(id: str) -> str:
    """The split that a document has by its id."""
    return Splits(HALVES, None).of(document_of(id, "")).split


def kept_in(splits: Splits, document: TreeDocument) -> str | None:
    """The split in which a document is kept, if it is in one."""
    placed = splits.of(document)
    if placed.reason:
        return None
    splits.keep(placed)
    return placed.split


TALE, BOOK = (next(id for id in "abcdefgh" if side_of(id) == side) for side in HALVES)


def test_sections_and_near_duplicates_of_a_document_stay_together() -> None:
    near = [document_of(f"near-{number}", f"{STORY} Ending {number}.") for number in range(12)]
    sections = [document_of(f"book#{number}", f"{number}", "book") for number in range(12)]

    assert {side_of(document.id) for document in near} == set(HALVES)
    for documents in (near, sections):
        splits = Splits(HALVES, 0.7)
        assert len({kept_in(splits, document) for document in documents}) == 1


def test_a_section_whose_twin_lies_in_another_split_belongs_in_none() -> None:
    splits = Splits(HALVES, 0.7)

    kept = [
        kept_in(splits, document_of(TALE, STORY)),
        kept_in(splits, document_of("first", "A text of its own.", BOOK)),
        kept_in(splits, document_of("second", f"{STORY} The end.", BOOK)),
        kept_in(splits, document_of("third", "Another text of its own.", BOOK)),
    ]

    assert kept == ["train", "test", None, "test"]
    assert splits.of(document_of("second", STORY, BOOK)).reason == f"nearly the same as {TALE}, which is in train"


def test_a_twin_of_a_twin_is_in_its_split_too() -> None:
    sentences = STORY.split(". ")
    texts = [". ".join(sentences[start : start + 20]) for start in range(0, 10, 2)]
    chain = [document_of(f"link-{number}", text) for number, text in enumerate(texts)]
    splits, ends = Splits(HALVES, 0.7), Splits(HALVES, 0.7)

    assert len({kept_in(splits, document) for document in chain}) == 1
    assert len({kept_in(ends, document) for document in (chain[0], chain[-1])}) == 2


def test_what_belongs_in_no_split_is_dropped_with_its_reason() -> None:
    documents = [document_of(TALE, STORY), document_of("first", "Its own.", BOOK), document_of("second", STORY, BOOK)]
    trees = [make_tree().model_copy(update={"id": document.id, "document": document}) for document in documents]
    dropped: list[dict[str, Any]] = []
    selection = Selection(load_export_settings(flags={"split": "train=0.5,test=0.5"}), dropped.append)

    chosen = {one.tree.id: one.split for one in selection.of(trees)}

    assert chosen == {TALE: "train", "first": "test"}
    assert selection.dropped == {"split": 2}
    assert {one["reason"] for one in dropped} == {f"nearly the same as {TALE}, which is in train"}


def test_a_document_that_is_exported_nowhere_draws_no_other_into_its_split() -> None:
    bad = changed(make_tree(), a1={"reviews": reviewed(1)})
    trees = [
        tree.model_copy(update={"id": id, "document": document_of(id, STORY)})
        for tree, id in ((bad, TALE), (make_tree(), BOOK))
    ]
    settings = load_export_settings(filters=["scores.least=2"], flags={"split": "train=0.5,test=0.5"})

    chosen = Selection(settings, record=lambda dropped: None).of(trees)

    assert [(one.tree.id, one.split) for one in chosen] == [(BOOK, "test")]


def test_what_is_dropped_is_counted_and_listed_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing is left to export as messages: dropped were turns 40"):
        exported(tmp_path / "none.jsonl", "turns.least=3")
    report = exported(tmp_path / "rows.jsonl", "duplicates")

    dropped = lines(tmp_path / "rows.jsonl.dropped.jsonl")
    assert report.figures["dropped"] == Counter(row["filter"] for row in dropped)
    assert report.rows + report.dropped == 40
    assert dropped[0]["reason"].startswith("nearly the same as t0-")
    assert json.loads((tmp_path / "rows.jsonl.report.json").read_text())["dropped"] == report.figures["dropped"]
    assert not (tmp_path / "none.jsonl").exists()


def test_a_tree_that_two_runs_hold_is_exported_once(tmp_path: Path) -> None:
    trees = [*forest(2), *forest(2)]

    report = export(trees, load_export_settings(), tmp_path / "rows.jsonl")

    assert report.figures["trees"] == 2
    assert report.figures["dropped"] == {"seen before": 2}


def test_preference_without_a_pair_says_what_to_change(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"lower target\.gap"):
        exported(tmp_path / "rows.jsonl", "turns", target="preference", **GAP)


def test_what_is_there_is_only_replaced_on_demand(tmp_path: Path) -> None:
    exported(tmp_path / "data", trees=3)

    with pytest.raises(ConfigError, match="--force"):
        exported(tmp_path / "data")
    exported(tmp_path / "data", trees=2, format="parquet", force=True)

    assert [path.name for path in (tmp_path / "data").iterdir()] == ["train.parquet"]


def test_a_split_without_rows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="1 documents are too few"):
        exported(tmp_path / "data", trees=1, split="train=0.5,test=0.5")


@pytest.mark.parametrize(("out", "file"), [("mine", "mine/thesis.txt"), ("thesis.jsonl", "thesis.jsonl")])
def test_what_is_no_export_is_never_replaced(out: str, file: str, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("years of work")

    with pytest.raises(ConfigError, match="was not made by r2s export"):
        exported(tmp_path / out, force=True)

    assert (tmp_path / file).read_text() == "years of work"


def test_a_file_that_is_an_export_is_replaced_on_demand(tmp_path: Path) -> None:
    exported(tmp_path / "rows.jsonl", trees=3)
    exported(tmp_path / "rows.jsonl", trees=2, force=True)

    assert len(lines(tmp_path / "rows.jsonl")) == 4


def test_an_export_that_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    exported(tmp_path / "data", trees=1)
    before = sorted(path.name for path in tmp_path.iterdir())

    def broken() -> Iterator[ConversationTree]:
        yield from forest(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(broken(), load_export_settings(), tmp_path / "data", force=True)

    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert len(lines(tmp_path / "data" / "train.jsonl")) == 2


def test_an_export_that_was_killed_as_it_ended_can_be_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = Place.move_in

    def killed(place: Place, content: Path) -> None:
        move(place, content)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Place, "move_in", killed)
        with pytest.raises(KeyboardInterrupt):
            exported(tmp_path / "rows.jsonl", trees=2)

    assert exported(tmp_path / "rows.jsonl", trees=2, force=True).rows == 4


@pytest.mark.parametrize(
    ("name", "flags", "said"),
    [
        ("rows.jsonl", {"split": "train=0.9,test=0.1"}, "need a folder"),
        ("rows.parquet", {"format": "jsonl"}, "does not go with --format jsonl"),
        ("data", {"split": "train=0.9"}, "add up to 1"),
        ("data", {"split": "train"}, "write it as train=0.9,test=0.1"),
        ("data", {"target": "mesages"}, "target"),
        ("data", {"target.gap": 2}, "there is no setting target.messages.gap"),
    ],
)
def test_settings_that_cannot_be_are_named(name: str, flags: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=said):
        exported(tmp_path / name, **flags)


def test_a_library_that_is_missing_is_named_with_what_to_install() -> None:
    with pytest.raises(ConfigError, match=r"a table needs no_such_library.*r2s-dialogues\[data\]"):
        extras.load("no_such_library", "a table")


def test_five_hundred_messages_in_one_tree_are_exported(tmp_path: Path) -> None:
    base = make_tree()
    nodes = [base.nodes[0]]
    for number in range(499):
        parent = nodes[max(0, (number - 1) // 2)]
        role = "assistant" if parent.role == "user" else "user"
        nodes.append(
            base.nodes[0].model_copy(
                update={"id": f"n{number}", "parent": parent.id, "role": role, "plan": None, "text": f"No. {number}"}
            )
        )
    tree = base.model_copy(update={"nodes": tuple(nodes)})

    report = export([tree], load_export_settings(flags={"target.kind": "oasst"}), tmp_path / "tree.jsonl")

    assert report.figures["dialogues"] == len(list(dialogues_of(tree))) > 50


def test_the_card_says_who_made_it_out_of_what_under_which_licence(tmp_path: Path) -> None:
    settings = load_export_settings(
        overrides=["together=null", "card.licences={other*: CC BY 4.0}", "card.title=Lighthouses"],
        filters=["turns.least=2"],
        flags={"split": "train=0.5,test=0.5"},
    )
    unknown = make_tree().document.model_copy(update={"id": "x", "source": "web"})
    other = make_tree().document.model_copy(update={"id": "y", "source": "other wiki"})
    more = [make_tree().model_copy(update={"id": doc.id, "document": doc}) for doc in (unknown, other)]

    export([*forest(10), *more], settings, tmp_path / "data")

    text = (tmp_path / "data" / "README.md").read_text(encoding="utf-8")
    for said in ("# Lighthouses", "| s | 10 | CC0 |", "| web | 1 | unknown: check |", "| other wiki | 1 | CC BY 4.0 |"):
        assert said in text
    assert "Made by a baseline, not by a language model" in text
    assert "| model of default: extractive | 12 |" in text
    assert "| reviewers of a reply: 1 |" in text
    assert '| turns | {"least":2} | 0 |' in text
    loaded = datasets.load_dataset(str(tmp_path / "data"), cache_dir=str(tmp_path / "cache"))
    assert isinstance(loaded, datasets.DatasetDict)
    assert sum(loaded.num_rows.values()) == 24


def test_the_card_of_a_language_model_speaks_of_no_baseline(tmp_path: Path) -> None:
    tree = make_tree().model_copy(update={"models": {"default": "openai:m"}})

    export([tree], load_export_settings(with_card=True), tmp_path / "data")

    assert "baseline" not in (tmp_path / "data" / "README.md").read_text(encoding="utf-8")
