"""The template of a base: its own where it can be used, else one that says the same, else a clear no."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl", reason="the extra `train` is not installed")

from trl.chat_template_utils import llama3_training_chat_template  # pyright: ignore[reportMissingImports]

from r2s.errors import ConfigError
from r2s.training.templates import template_for
from r2s.training.tiny import chat_template

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.xdist_group("training")]

# As Qwen2's own tokenizers have it.
QWEN2 = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
PLAIN = "{% for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}"
PARTS = (
    "{% for message in messages %}{% if message.role == 'assistant' %}{% generation %}"
    "{% for part in message.content %}{{ part.text }}{% endfor %}<|im_end|>{% endgeneration %}{% endif %}{% endfor %}"
)
ENDLESS = (
    "{% for message in messages %}<|im_start|>{% if message.role == 'assistant' %}{% generation %}"
    "{{ message.content }}{% endgeneration %}{% else %}{{ message.content }}{% endif %}<|im_end|>{% endfor %}"
)


def test_a_base_without_a_template_is_given_ours(tokenizer: Any) -> None:
    tokenizer.chat_template = None

    template = template_for(tokenizer)

    assert template.training == template.saved == chat_template()
    assert tokenizer.convert_ids_to_tokens(template.end) == "<|im_end|>"


def test_qwen2_is_trained_with_ours_and_keeps_its_own(tokenizer: Any) -> None:
    tokenizer.chat_template = QWEN2

    template = template_for(tokenizer)

    assert (template.training, template.saved) == (chat_template(), None)


def test_a_llama_base_is_given_llamas_template(tokenizer: Any) -> None:
    inner = str(tokenizer.backend_tokenizer.to_str()).replace("<|im_start|>", "<|start_header_id|>")
    tokenizer = type(tokenizer)(tokenizer_object=type(tokenizer.backend_tokenizer).from_str(inner), bos_token="<bos>")
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|end_header_id|>", "<|eot_id|>"]})

    template = template_for(tokenizer)

    assert template.saved == llama3_training_chat_template
    assert tokenizer.convert_ids_to_tokens(template.end) == "<|eot_id|>"


def test_a_base_without_a_template_and_without_tokens_for_one_is_refused(tokenizer: Any) -> None:
    inner = str(tokenizer.backend_tokenizer.to_str()).replace("<|im_start|>", "<|other|>")
    tokenizer = type(tokenizer)(tokenizer_object=type(tokenizer.backend_tokenizer).from_str(inner))

    with pytest.raises(ConfigError, match=r"no chat template, and its tokenizer knows neither .* --set template="):
        template_for(tokenizer)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(PLAIN, "has no generation marks, and is not known", id="unknown"),
        pytest.param(ENDLESS, "does not mark the assistant's end of turn", id="without end"),
        pytest.param(PARTS, "does not say what the assistant says", id="for pictures"),
    ],
)
def test_a_template_that_cannot_be_trained_with_is_refused(tokenizer: Any, text: str, said: str) -> None:
    tokenizer.chat_template = text

    with pytest.raises(ConfigError, match=said):
        template_for(tokenizer)


def test_a_template_that_is_given_takes_the_place_of_the_bases_own(tokenizer: Any, tmp_path: Path) -> None:
    tokenizer.chat_template = PLAIN
    (tmp_path / "mine.jinja").write_text(chat_template(), encoding="utf-8")

    template = template_for(tokenizer, tmp_path / "mine.jinja")

    assert template.saved == chat_template()


@pytest.mark.parametrize(("text", "said"), [(PLAIN, "has no generation marks"), (None, "cannot be read")])
def test_a_given_template_of_no_use_is_named(tokenizer: Any, tmp_path: Path, text: str | None, said: str) -> None:
    if text:
        (tmp_path / "mine.jinja").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=rf"mine\.jinja {said}"):
        template_for(tokenizer, tmp_path / "mine.jinja")
