"""A causal language model of transformers, loaded once, generating one batch at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import torch  # pyright: ignore[reportMissingImports]
import xgrammar  # pyright: ignore[reportMissingImports]
from pydantic import BaseModel
from transformers import (  # pyright: ignore[reportMissingImports]
    GenerationConfig,
    LogitsProcessorList,
    StoppingCriteriaList,
)

from r2s.models.local.batches import Generated, Job, NoMemoryError
from r2s.models.local.chat import Chat
from r2s.models.local.drawing import Draw, Enough, Guide, Straight
from r2s.models.local.weights import give_back_memory, lack_of_memory, load_weights
from r2s.models.request import TextAnswer
from r2s.models.transport.schemas import reply_schema, separators


@dataclass
class Transformer:
    """A model on its device; `ends` are the tokens that end a reply. `close` ends a batch under way."""

    chat: Chat
    model: Any
    ends: list[int]
    grammars: "xgrammar.GrammarCompiler"
    closed: Event = field(default_factory=Event)
    compiled: dict[type[BaseModel], Any] = field(default_factory=dict)

    @classmethod
    def load(cls, name: str, path: str) -> "Transformer":
        """The model of a folder, or of the hub; raises what transformers raises where it is none."""
        tokenizer, model = load_weights(path)
        config = model.config.get_text_config()
        ends = _ends(model.generation_config.eos_token_id, tokenizer.eos_token_id)
        # A reply is drawn as the call says, not by what the folder suggests for other uses.
        model.generation_config = GenerationConfig(do_sample=False, eos_token_id=ends, pad_token_id=ends[0])
        known = xgrammar.TokenizerInfo.from_huggingface(tokenizer, vocab_size=config.vocab_size, stop_token_ids=ends)
        chat = Chat(name, tokenizer, config.max_position_embeddings)
        return cls(chat, model, ends, xgrammar.GrammarCompiler(known))

    def generate(self, jobs: Sequence[Job]) -> list[Generated]:
        """A reply to each job, in order; raises `NoMemoryError` where they are too many at once."""
        try:
            return self._generate(jobs)
        except RuntimeError as error:
            fault = lack_of_memory(error)
            if fault is None:
                raise
        # Only now is the error gone, and what it held with it.
        give_back_memory()
        raise NoMemoryError(fault)

    def _generate(self, jobs: Sequence[Job]) -> list[Generated]:
        device, longest = self.model.device, max(len(job.prompt) for job in jobs)
        padded = [[self.ends[0]] * (longest - len(job.prompt)) + job.prompt for job in jobs]
        seen = [[0] * (longest - len(job.prompt)) + [1] * len(job.prompt) for job in jobs]
        vocabulary = self.model.config.get_text_config().vocab_size
        with torch.inference_mode():
            rows = self.model.generate(
                torch.tensor(padded, device=device),
                attention_mask=torch.tensor(seen, device=device),
                max_new_tokens=max(job.max_tokens for job in jobs),
                logits_processor=LogitsProcessorList(
                    [
                        Guide([self._grammar(job.answer) for job in jobs], vocabulary),
                        Straight(jobs, longest),
                        Draw(jobs, device),
                    ]
                ),
                stopping_criteria=StoppingCriteriaList(
                    [Enough(longest, [job.max_tokens for job in jobs], self.closed, device)]
                ),
            )
        replies = rows[:, longest:].tolist()
        return [_cut(reply, job.max_tokens, self.ends) for reply, job in zip(replies, jobs, strict=True)]

    def _grammar(self, answer: type[BaseModel]) -> Any:
        """The grammar of a reply, null for one that is text; a weak model may never stop making spaces, so none may."""
        if issubclass(answer, TextAnswer):
            return None
        if answer not in self.compiled:
            schema, is_strict = reply_schema(answer)
            self.compiled[answer] = self.grammars.compile_json_schema(
                schema, any_whitespace=False, separators=separators(answer), strict_mode=is_strict
            )
        return self.compiled[answer]

    def close(self) -> None:
        """End the batch under way at its next token."""
        self.closed.set()


def _cut(reply: list[int], most: int, ends: Sequence[int]) -> Generated:
    """A row without what stands after its end."""
    for place, token in enumerate(reply[:most], 1):
        if token in ends:
            return Generated(reply[:place], "stop")
    return Generated(reply[:most], "length")


def _ends(*given: int | Iterable[int] | None) -> list[int]:
    """The tokens that end a reply, each once, as the model's folder and its tokenizer name them."""
    named = [[one] if isinstance(one, int) else list(one or ()) for one in given]
    return list(dict.fromkeys(token for tokens in named for token in tokens))
