"""What trainings are tested with: a model of a few thousand weights, and dialogues about short documents."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from r2s.trees.node import Review
from r2s.trees.tree import ConversationTree
from tests.samples.test_targets import changed
from tests.trees.forest import TEXT, evidence, make_tree

SMALL: dict[str, Any] = {"vocabulary": 600, "hidden": 32, "intermediate": 64, "layers": 2, "heads": 2}
SIZE: dict[str, Any] = {**SMALL, "key_value_heads": 1, "context": 2048}
CHINESE = "灯塔建于1844年。塔身高48米，内部有151级台阶。"


@pytest.fixture(autouse=True)
def _quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


def forest(count: int, start: int = 0) -> list[ConversationTree]:
    """Trees of as many documents, each of two dialogues that share their first exchange, and of a preference pair."""
    return [_tree(number) for number in range(start, start + count)]


def _tree(number: int) -> ConversationTree:
    good, bad = (Review(reviewer="r", model="m", scores={"depth": score}) for score in (5, 1))
    tree = changed(
        make_tree(),
        u1={"text": f"one {number}?"},
        a1={"text": f"first reply {number}, and gladly.", "reviews": (good,)},
        d1={"text": f"no {number} no no.", "reviews": (bad,)},
        a2={"text": f"second {number}", "evidence": evidence(5, 12)},
    )
    own = " ".join(f"word{number}x{place}" for place in range(9))
    document = tree.document.model_copy(update={"id": f"doc-{number}", "text": f"{TEXT} {own}"})
    return tree.model_copy(update={"id": f"t{number}", "document": document})


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny base that spells English and Chinese."""
    pytest.importorskip("trl", reason="the extra `train` is not installed")
    from r2s.training.tiny import TinySize, make_tiny

    texts = [message["content"] for row in _rows(forest(3)) for message in row["messages"]]
    return make_tiny(tmp_path_factory.mktemp("tiny"), [*texts, CHINESE], size=TinySize(**SIZE))


def _rows(trees: list[ConversationTree]) -> Iterator[dict[str, Any]]:
    from r2s.samples.dialogue import dialogues_of
    from r2s.samples.targets.gllm import Gllm

    return (row for tree in trees for row in Gllm().rows(list(dialogues_of(tree))))


@pytest.fixture
def tokenizer(tiny: Path) -> Any:
    """The tiny base's tokenizer; a test may change it."""
    from transformers import AutoTokenizer  # pyright: ignore[reportMissingImports]

    return AutoTokenizer.from_pretrained(tiny)
