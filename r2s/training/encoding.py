"""Rows as a model reads them: tokens, and labels that are set on the trained replies alone."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from jinja2 import TemplateError  # pyright: ignore[reportMissingImports]
from transformers import PreTrainedTokenizerBase  # pyright: ignore[reportMissingImports]

from r2s.documents.frames import without_marks
from r2s.errors import ConfigError
from r2s.samples.targets.target import Row
from r2s.training.templates import Template

# What torch's cross entropy leaves out.
IGNORED = -100


class Encoded(NamedTuple):
    """A row's tokens; a label is the token itself where its loss counts, else `IGNORED`."""

    tokens: list[int]
    labels: list[int]


class Encoder:
    """Renders rows with the training template; a reply's labels begin after its header and end with its end of turn."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, template: Template) -> None:
        self._tokenizer = tokenizer
        self._template = template

    def encode(self, row: Row) -> Encoded:
        """A row of a `messages` or GLLM target; raises `ConfigError` where the template cannot say it."""
        messages = row["messages"]
        said = self._render(messages)
        tokens, spans = said["input_ids"], list(_spans(said["assistant_masks"]))
        replies = [index for index, message in enumerate(messages) if message["role"] == "assistant"]
        if len(spans) != len(replies):
            raise ConfigError(
                f"the chat template marks {len(spans)} replies of {len(replies)}; give one that marks each"
            )
        labels = [IGNORED] * len(tokens)
        trained = trained_messages(row)
        for index, (start, end) in zip(replies, spans, strict=True):
            if index in trained:
                labels[start:end] = tokens[start:end]
        return Encoded(tokens, labels)

    def count(self, messages: Sequence[dict[str, str]]) -> int:
        """How many tokens a conversation has."""
        return len(self._render(messages)["input_ids"])

    def _render(self, messages: Sequence[dict[str, str]]) -> Any:
        try:
            return self._tokenizer.apply_chat_template(
                [{**message, "content": without_marks(message["content"])} for message in messages],
                chat_template=self._template.training,
                tokenize=True,
                return_dict=True,
                return_assistant_tokens_mask=True,
            )
        except TemplateError as error:
            roles = ", ".join(dict.fromkeys(message["role"] for message in messages))
            raise ConfigError(f"the chat template does not take messages of {roles}: {error}") from None


def trained_messages(row: Row) -> list[int]:
    """The indices of the messages whose loss counts: as the row says, else its last alone."""
    return row["meta"].get("train", [len(row["messages"]) - 1])


def _spans(marks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where each run of marks begins and ends; a header without marks stands between any two replies."""
    start = 0
    for is_marked, run in groupby(marks):
        end = start + len(list(run))
        if is_marked:
            yield start, end
        start = end
