"""A tiny model: the same files from the same call, and Qwen2's ways in them."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from r2s.training.tiny import TinySize, make_tiny

pytestmark = pytest.mark.live

MAKE = (
    "import sys; from pathlib import Path; from r2s.training.tiny import make_tiny; "
    "make_tiny(Path(sys.argv[1]), sys.argv[2:])"
)
TALK = [
    {"role": "user", "content": "How high is the 灯塔?"},
    {"role": "assistant", "content": "31 metres."},
    {"role": "user", "content": "And how old?"},
    {"role": "assistant", "content": "Two hundred years."},
]


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def tokenizer_of(folder: Path) -> Any:
    from transformers import AutoTokenizer  # pyright: ignore[reportMissingImports]

    return AutoTokenizer.from_pretrained(folder)


def test_the_same_call_makes_the_same_files_in_any_process(tmp_path, texts):
    for name in ("one", "two"):
        subprocess.run([sys.executable, "-c", MAKE, str(tmp_path / name), *texts], check=True, capture_output=True)

    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_makes_other_weights_and_the_same_tokenizer(tmp_path, texts, tiny):
    other = digests(make_tiny(tmp_path / "other", texts, seed=1))

    changed = {name for name, digest in digests(tiny).items() if other[name] != digest}
    assert changed == {"model.safetensors"}


def test_the_sizes_are_those_that_were_asked_for(tmp_path, texts):
    from transformers import AutoModelForCausalLM  # pyright: ignore[reportMissingImports]

    size = TinySize(vocabulary=300, hidden=64, layers=3, heads=2, key_value_heads=1, context=512)
    config = AutoModelForCausalLM.from_pretrained(make_tiny(tmp_path, texts, size=size)).config

    assert config.model_type == "qwen2"
    assert (config.vocab_size, config.hidden_size, config.num_hidden_layers) == (300, 64, 3)
    assert config.max_position_embeddings == 512


def test_a_tokenizer_spells_every_text(tiny):
    tokenizer, text = tokenizer_of(tiny), "Fjärran skog: 灯塔高31米 🗼"

    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_what_the_assistant_generates_is_marked_in_the_template(tiny):
    tokenizer = tokenizer_of(tiny)
    told = tokenizer.apply_chat_template(TALK, return_dict=True, return_assistant_tokens_mask=True)
    marked = [token for token, mark in zip(told["input_ids"], told["assistant_masks"], strict=True) if mark]

    assert tokenizer.decode(marked) == "31 metres.<|im_end|>Two hundred years.<|im_end|>"


def test_a_prompt_opens_the_assistants_turn_and_has_a_system_message(tiny):
    prompt = tokenizer_of(tiny).apply_chat_template(TALK[:1], tokenize=False, add_generation_prompt=True)

    assert prompt == (
        "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
        "<|im_start|>user\nHow high is the 灯塔?<|im_end|>\n<|im_start|>assistant\n"
    )
