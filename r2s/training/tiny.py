"""A tiny model, made on the spot: for tests, and to try a training run before a real base is paid for.

It has Qwen2's architecture, chat template and special tokens, and random weights: it knows nothing, but everything that
loads a Qwen2 loads it.
"""

from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, model_validator

from r2s.extras import check_installed

END_OF_TEXT, TURN_START, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
SPECIAL_TOKENS = (END_OF_TEXT, TURN_START, TURN_END)
# Qwen2's way to cut a text into words before pairs are merged.
_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


class TinySize(BaseModel, frozen=True):
    """How big a tiny model is: by default two layers, about half a million weights.

    `vocabulary` is the most tokens its tokenizer may have, `context` the most that it reads. A head should have 32, 64
    or 128 dimensions: vLLM knows no smaller ones. With `lookups` it begins with attention that copies (`lookups.py`).
    """

    vocabulary: int = Field(default=1024, ge=256 + len(SPECIAL_TOKENS))
    hidden: int = Field(default=128, ge=1)
    intermediate: int = Field(default=256, ge=1)
    layers: int = Field(default=2, ge=1)
    heads: int = Field(default=4, ge=1)
    key_value_heads: int = Field(default=2, ge=1)
    context: int = Field(default=8192, ge=1)
    lookups: bool = False

    @model_validator(mode="after")
    def _fits_together(self) -> "TinySize":
        if self.hidden % self.heads or self.heads % self.key_value_heads:
            raise ValueError("hidden must be a multiple of heads, and heads of key_value_heads")
        if self.lookups and (self.layers < 2 or self.heads % 2 or self.key_value_heads != self.heads):
            raise ValueError("lookups need two layers, an even number of heads, and key_value_heads as many as heads")
        return self


def make_tiny(folder: Path, texts: Iterable[str], *, size: TinySize | None = None, seed: int = 0) -> Path:
    """Make a tiny model in `folder`, its tokenizer trained on `texts`; the same call makes the same files.

    Returns the folder. Transformers, vLLM and TRL load it. Raises `ConfigError` where torch or transformers is missing.
    """
    check_installed("a tiny model", ("torch", "transformers"), "hf")
    size = size or TinySize()
    tokenizer = _tokenizer(texts, size)
    model = _model(tokenizer, size, seed)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


def chat_template() -> str:
    """Qwen2's chat template, with marks around what the assistant generates, so that a loss can be kept to that."""
    return resources.files("r2s.training").joinpath("chatml.jinja").read_text(encoding="utf-8").strip()


def _tokenizer(texts: Iterable[str], size: TinySize) -> Any:
    """A byte-level tokenizer that merges what is frequent in the texts; it can spell every other text too."""
    from tokenizers import (  # pyright: ignore[reportMissingImports]
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        trainers,
    )
    from transformers import PreTrainedTokenizerFast  # pyright: ignore[reportMissingImports]

    tokenizer: Any = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORDS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size.vocabulary,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=TURN_END,
        pad_token=END_OF_TEXT,
        model_max_length=size.context,
        chat_template=chat_template(),
    )


def _model(tokenizer: Any, size: TinySize, seed: int) -> Any:
    """A Qwen2 with random weights that follow from the seed alone."""
    import torch  # pyright: ignore[reportMissingImports]
    from transformers import (  # pyright: ignore[reportMissingImports]
        GenerationConfig,
        Qwen2Config,
        Qwen2ForCausalLM,
    )

    from r2s.training.lookups import TURNING, begin_with_lookups

    marks: dict[str, Any] = {"eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
    turning: dict[str, Any] = {"rope_theta": TURNING} if size.lookups else {}
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=size.hidden,
        intermediate_size=size.intermediate,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        num_key_value_heads=size.key_value_heads,
        max_position_embeddings=size.context,
        tie_word_embeddings=True,
        bos_token_id=None,
        **marks,
        **turning,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Qwen2ForCausalLM(config)
        if size.lookups:
            begin_with_lookups(model)
    model.generation_config = GenerationConfig(**marks)
    return model
