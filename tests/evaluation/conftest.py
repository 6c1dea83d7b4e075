"""What the tests of evaluation share: a tiny model, and talks to measure."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from r2s.evaluation.talks import Talk

if TYPE_CHECKING:
    from r2s.evaluation.likelihood import CausalLM

ENGLISH = ("How high is the tower?", "It is 48 metres high.", "And why of granite?", "Softer stone was washed away.")
CHINESE = ("灯塔有多高？", "塔身高四十八米。", "为什么用花岗岩？", "软石被海浪冲走过两次。")


def talk(said: Sequence[str], language: str = "en", id: str = "a") -> Talk:
    """A talk in which these texts are said by turns."""
    roles = ("user", "assistant")
    return Talk({"id": id}, language, [{"role": roles[n % 2], "content": text} for n, text in enumerate(said)])


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny Qwen2 with random weights."""
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from r2s.training.tiny import TinySize, make_tiny

    size = TinySize(vocabulary=300, hidden=32, intermediate=64, heads=2, key_value_heads=1, context=256)
    return make_tiny(tmp_path_factory.mktemp("models") / "tiny", [*ENGLISH, *CHINESE], size=size)


@pytest.fixture(scope="session")
def lm(tiny: Path) -> "CausalLM":
    from r2s.evaluation.likelihood import CausalLM

    return CausalLM.load(str(tiny), batch_tokens=200)
