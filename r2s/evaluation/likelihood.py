"""How likely a causal language model of transformers finds texts: their mean token cross-entropy."""

import inspect
import math
from collections.abc import Sequence
from typing import Any

import torch  # pyright: ignore[reportMissingImports]
from torch.nn import functional  # pyright: ignore[reportMissingImports]

from r2s.errors import ConfigError, EndpointError
from r2s.evaluation.token_rows import Row, Term, batches_of, rows_of
from r2s.models.local.weights import give_back_memory, lack_of_memory, load_weights


class CausalLM:
    """A model on its device, with the tokenizer that its texts are cut by.

    `longest` is the most tokens of a text with its context, as the model has it if not given; `batch_tokens` the most
    of one batch, padding included, halved where the memory is too small.
    """

    def __init__(self, name: str, tokenizer: Any, model: Any, batch_tokens: int, longest: int | None = None) -> None:
        self.name, self.tokenizer, self._model = name, tokenizer, model
        self._batch_tokens = batch_tokens
        self._keeps_logits = "logits_to_keep" in inspect.signature(model.forward).parameters
        self.longest = longest or _longest(model.config.get_text_config())
        self.start = _start(name, tokenizer, model.config)

    @classmethod
    def load(cls, path: str, batch_tokens: int = 8192, longest: int | None = None) -> "CausalLM":
        """The model of a folder, or of the hub; raises `EndpointError` where transformers cannot load it."""
        try:
            tokenizer, model = load_weights(path)
        except Exception as error:  # transformers has no class of its own for folders that it cannot use
            raise EndpointError(f"--lm {path} cannot be loaded: {type(error).__name__}: {error}") from error
        return cls(path, tokenizer, model, batch_tokens, longest)

    def term(self, context: Sequence[int], text: Sequence[int]) -> Term:
        """A text after a context; behind the opening token in any case, so that both ways score the same tokens."""
        opened = context if context and context[0] == self.start else (self.start, *context)
        return Term(tuple(opened), tuple(text))

    def losses(self, terms: Sequence[Term]) -> list[float | None]:
        """The mean cross-entropy (nats a token) of each text after its context.

        Null where a text has under two tokens, would have to be cut, or gives no finite figure.
        """
        losses: list[float | None] = [None] * len(terms)
        for batch in batches_of(rows_of(terms, self.longest), self._batch_tokens):
            for term, loss in self._of_batch(batch):
                losses[term] = loss if math.isfinite(loss) else None
        return losses

    def _of_batch(self, rows: list[Row]) -> list[tuple[int, float]]:
        try:
            return self._of_rows(rows)
        except RuntimeError as error:
            fault = lack_of_memory(error)
            if fault is None:
                raise
        # Only now is the error gone, and what it held with it.
        give_back_memory()
        if len(rows) == 1:
            raise EndpointError(
                f"the memory does not hold one text of {len(rows[0].ids)} tokens ({fault}); lower --longest"
            )
        half = len(rows) // 2
        self._batch_tokens = max(1, self._batch_tokens // 2)
        return self._of_batch(rows[:half]) + self._of_batch(rows[half:])

    def _of_rows(self, rows: Sequence[Row]) -> list[tuple[int, float]]:
        """The losses of the spans of a batch, padded on the right: nothing looks ahead, so no figure feels it."""
        device, longest = self._model.device, max(len(row.ids) for row in rows)
        ids = torch.tensor([[*row.ids, *[self.start] * (longest - len(row.ids))] for row in rows], device=device)
        seen = torch.tensor([[1] * len(row.ids) + [0] * (longest - len(row.ids)) for row in rows], device=device)
        with torch.inference_mode():
            # A vocabulary is large: no logits are asked for in front of the first token that is scored.
            needed = longest - min(span.start for row in rows for span in row.spans) + 1
            kept = {"logits_to_keep": needed} if self._keeps_logits else {}
            logits = self._model(input_ids=ids, attention_mask=seen, use_cache=False, **kept).logits
            first = longest - logits.shape[1]
            return [
                (span.term, _mean_loss(logits[number], ids[number], span.start, span.end, first))
                for number, row in enumerate(rows)
                for span in row.spans
            ]


def _mean_loss(logits: "torch.Tensor", ids: "torch.Tensor", start: int, end: int, first: int) -> float:
    """The mean cross-entropy of `ids[start:end]`; `first` is the place of the first of the logits."""
    said = logits[start - 1 - first : end - 1 - first].float()
    return functional.cross_entropy(said, ids[start:end], reduction="none").double().mean().item()


def _start(name: str, tokenizer: Any, config: Any) -> int:
    """The token that opens a text; where a model knows none of its own, the one that stands between texts."""
    text = config.get_text_config()
    marks = (tokenizer.bos_token_id, text.bos_token_id, tokenizer.pad_token_id, tokenizer.eos_token_id)
    found = next((mark for mark in marks if isinstance(mark, int)), None)
    if found is None:
        raise ConfigError(f"--lm {name}: its tokenizer has no token that opens or ends a text; take another model")
    return found


def _longest(config: Any) -> int:
    """The most tokens that a model reads, as its configuration has it."""
    return int(getattr(config, "max_position_embeddings", None) or 2048)
