"""A Qwen2 without training that keeps its replies short: each token follows from the one before it alone.

Random weights never end a sentence, and a model trained for seconds loses its way in long prompts. Here attention and
MLP add nothing, every token has a direction of its own, and the output layer holds how well each token follows each
other. So what is held to a JSON schema comes to its end soon, whatever stood in the prompt.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch  # pyright: ignore[reportMissingImports]
from transformers import AutoTokenizer, Qwen2Config, Qwen2ForCausalLM  # pyright: ignore[reportMissingImports]

from r2s.training.tiny import TinySize, make_tiny

# As many directions as tokens.
SIZE = TinySize(vocabulary=512, hidden=512, intermediate=64, layers=1, heads=8, key_value_heads=2)
# What texts open with: the label of the first draft, so that most reviews name a draft that there is.
LABEL = "A"
CLOSERS, BRACKETS = set('"]},'), set("]}")


def make_parrot(folder: Path, texts: Sequence[str]) -> Path:
    """Make the model in `folder`; its tokenizer knows the words of `texts`."""
    make_tiny(folder, texts, size=SIZE)
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    config = Qwen2Config.from_pretrained(folder, tie_word_embeddings=False)
    spelled = [tokenizer.decode([token]) for token in range(config.vocab_size)]
    table = torch.tensor([[liking(before, after) for before in spelled] for after in spelled])
    model: Any = Qwen2ForCausalLM(config)
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        model.model.embed_tokens.weight.copy_(torch.eye(config.vocab_size, config.hidden_size))
        # The norm before the output layer makes every direction this long.
        model.lm_head.weight[:, : config.vocab_size] = table / config.hidden_size**0.5
    model.save_pretrained(folder)
    return folder


def liking(before: str, after: str) -> float:
    """The logit of a token after another.

    Texts open with the label and have a word more at times; lists are short, and not empty; there is no idle space.
    """
    opens = before.endswith('"')
    if "[]" in before[-1:] + after or not after.strip():
        return -12.0
    if after == LABEL:
        return 9.0 if opens else 0.0
    if after[:1] == '"' and set(after) <= CLOSERS:
        return 0.0 if opens else 6.0 + 2.0 * ("]" in after)
    if after and set(after) <= BRACKETS:
        return -1.0
    return -3.0 if after.strip().isalpha() and not opens else -5.0
