"""TRL takes the exports that are made for it. Needs the dependency group `consumers`; skipped without it.

pip install --group consumers && pytest -m consumers
"""

from pathlib import Path
from typing import Any

import pytest

from tests.samples.test_export import exported, lines

pytestmark = [
    pytest.mark.consumers,
    pytest.mark.filterwarnings("default"),
]

TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


@pytest.fixture(scope="module")
def trl() -> Any:
    return pytest.importorskip("trl.data_utils", reason="the group `consumers` is not installed")


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    """A tokenizer of whole words with a chat template: enough to render with."""
    tokenizers, transformers = pytest.importorskip("tokenizers"), pytest.importorskip("transformers")
    inner = tokenizers.Tokenizer(tokenizers.models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    made = transformers.PreTrainedTokenizerFast(tokenizer_object=inner, unk_token="[UNK]")
    made.chat_template = TEMPLATE
    return made


def row(target: str, folder: Path, **settings: Any) -> dict[str, Any]:
    exported(folder / "rows.jsonl", trees=1, target=target, **settings)
    return lines(folder / "rows.jsonl")[0]


@pytest.mark.parametrize("target", ["messages", "prompt-completion", "preference", "gllm", "gllm_turn"])
def test_trl_sees_a_conversation(target: str, trl: Any, tmp_path: Path) -> None:
    assert trl.is_conversational(row(target, tmp_path))


def test_messages_render_to_text(trl: Any, tokenizer: Any, tmp_path: Path) -> None:
    rendered = trl.maybe_apply_chat_template(row("messages", tmp_path), tokenizer)

    assert rendered["text"].startswith("<|user|>one?<|end|><|assistant|>first reply<|end|>")


def test_a_completion_goes_on_where_its_prompt_ends(trl: Any, tokenizer: Any, tmp_path: Path) -> None:
    rendered = trl.maybe_apply_chat_template(row("prompt-completion", tmp_path), tokenizer)

    assert rendered["prompt"] == "<|user|>one?<|end|><|assistant|>"
    assert rendered["completion"] == "first reply<|end|>"


def test_a_pair_renders_to_prompt_chosen_and_rejected(trl: Any, tokenizer: Any, tmp_path: Path) -> None:
    given = row("preference", tmp_path)

    rendered = trl.maybe_apply_chat_template(trl.maybe_extract_prompt(given), tokenizer)

    assert rendered["prompt"] == "<|user|>one?<|end|><|assistant|>"
    assert (rendered["chosen"], rendered["rejected"]) == ("first reply<|end|>", "a draft<|end|>")


def test_sharegpt_rows_are_read_as_conversations(trl: Any, tmp_path: Path) -> None:
    converted = trl.maybe_convert_to_chatml(row("sharegpt", tmp_path))

    assert [message["role"] for message in converted["messages"]] == ["human", "gpt", "human", "gpt"]
    assert converted["messages"][0]["content"] == "one?"
