"""The chat template that a base is trained with: it must mark what the assistant generates, its end of turn with it.

Base models have no template, and most models have one without marks. TRL knows trained versions of many by heart, but
not of Qwen2's, which the template of `chatml.jinja` says word for word.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import TemplateError  # pyright: ignore[reportMissingImports]
from transformers import PreTrainedTokenizerBase  # pyright: ignore[reportMissingImports]
from trl.chat_template_utils import (  # pyright: ignore[reportMissingImports]
    get_training_chat_template,
    has_generation_markers,
    is_chat_template_stop_token_trained,
    llama3_training_chat_template,
)

from r2s.errors import ConfigError
from r2s.training.tiny import TURN_END, TURN_START, chat_template

Messages = Sequence[dict[str, str]]
_USER, _ASSISTANT = {"role": "user", "content": "Where?"}, {"role": "assistant", "content": "There."}
_PROBES: tuple[Messages, ...] = (
    (_USER, _ASSISTANT, _USER, _ASSISTANT),
    ({"role": "system", "content": "Be brief."}, _USER, _ASSISTANT),
)
_MEND = "give one with --set template=FILE.jinja, in which {% generation %} ... {% endgeneration %} stand around what "
_MEND += "the assistant says and its end of turn"


class Template(NamedTuple):
    """`training` has the marks; `saved` is what the trained model's folder holds, null for the base's own.

    `end` is the token with which the assistant ends its turn.
    """

    training: str
    saved: str | None
    end: int


def template_for(tokenizer: PreTrainedTokenizerBase, given: Path | None = None) -> Template:
    """The template to train with; raises `ConfigError` where the base has none that can be used."""
    own = _own(tokenizer)
    if given is not None:
        training = saved = _read(given)
    elif own is None:
        training = saved = _for_base(tokenizer)
    else:
        training, saved = _with_marks(tokenizer, own), None
    if not is_chat_template_stop_token_trained(tokenizer, chat_template=training):
        raise ConfigError(f"the chat template does not mark the assistant's end of turn: {_MEND}")
    return Template(training, saved, _end_of_turn(tokenizer, training))


def _end_of_turn(tokenizer: PreTrainedTokenizerBase, template: str) -> int:
    """The last token of a turn that is not white space."""
    said: Any = tokenizer.apply_chat_template(
        [_USER, _ASSISTANT, _USER],
        chat_template=template,
        tokenize=True,
        return_dict=True,
        return_assistant_tokens_mask=True,
    )
    marked = [token for token, mark in zip(said["input_ids"], said["assistant_masks"], strict=True) if mark]
    if _ASSISTANT["content"] not in str(tokenizer.decode(marked)):
        raise ConfigError(f"the chat template does not say what the assistant says, as those of pictures do: {_MEND}")
    return next(token for token in reversed(marked) if str(tokenizer.decode([token])).strip())


def _own(tokenizer: PreTrainedTokenizerBase) -> str | None:
    own: Any = tokenizer.chat_template
    return own.get("default") if isinstance(own, dict) else own


def _read(file: Path) -> str:
    try:
        text = file.expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"template {file} cannot be read: {error}") from None
    if not has_generation_markers(text):
        raise ConfigError(f"template {file} has no generation marks: {_MEND}")
    return text


def _for_base(tokenizer: PreTrainedTokenizerBase) -> str:
    """A template whose special tokens the tokenizer knows as such."""
    known = tokenizer.get_vocab()
    candidates = {
        (TURN_START, TURN_END): chat_template(),
        ("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"): llama3_training_chat_template,
    }
    for tokens, text in candidates.items():
        if all(token in known for token in tokens):
            return text
    raise ConfigError(
        f"the base has no chat template, and its tokenizer knows neither {TURN_START} nor <|start_header_id|>: {_MEND}"
    )


def _with_marks(tokenizer: PreTrainedTokenizerBase, own: str) -> str:
    """The base's template if it has marks, ours if it says the same, else TRL's version of it."""
    if has_generation_markers(own):
        return own
    if _says_the_same(tokenizer, own, chat_template()):
        return chat_template()
    try:
        return get_training_chat_template(tokenizer) or own
    except ValueError:
        raise ConfigError(f"the chat template of the base has no generation marks, and is not known: {_MEND}") from None


def _says_the_same(tokenizer: PreTrainedTokenizerBase, one: str, other: str) -> bool:
    try:
        return all(_said(tokenizer, probe, one) == _said(tokenizer, probe, other) for probe in _PROBES)
    except TemplateError:
        return False


def _said(tokenizer: PreTrainedTokenizerBase, messages: Messages, template: str) -> list[Any]:
    return [
        tokenizer.apply_chat_template(
            list(messages), chat_template=template, tokenize=False, add_generation_prompt=prompted
        )
        for prompted in (False, True)
    ]
