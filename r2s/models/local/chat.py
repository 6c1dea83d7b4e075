"""Between messages and tokens: what a model's chat template makes of a prompt, and what it said in reply."""

from dataclasses import dataclass
from typing import Any

from r2s.errors import ConfigError
from r2s.models.calls import Call, Completion
from r2s.models.failures import Refused
from r2s.models.reasoning import split_reasoning


@dataclass(frozen=True)
class Chat:
    """A model's tokenizer and the most tokens that a prompt and its reply may have together."""

    name: str
    tokenizer: Any
    context: int

    def __post_init__(self) -> None:
        if getattr(self.tokenizer, "chat_template", "") is None:
            raise ConfigError(f"{self.name} has no chat template, as base models have none; take an instruct model")

    def prompt(self, call: Call) -> list[int]:
        """The prompt's tokens; raises `Refused` where they leave no room for a reply.

        A reply is held to its JSON schema from its first token on, so thinking is switched off where a template can.
        """
        tokens = self._templated([dict(message) for message in call.messages])
        if len(tokens) >= self.context:
            raise Refused(
                f"the prompt has {len(tokens)} tokens, and {self.name} takes {self.context} with the reply; "
                "use shorter documents, fewer turns, or a model with a longer context"
            )
        return tokens

    def _templated(self, messages: list[dict[str, str]]) -> list[int]:
        try:
            return self.tokenizer.apply_chat_template(
                messages, add_generation_prompt=True, return_dict=False, enable_thinking=False
            )
        except Exception as error:  # a template raises what it likes about roles that it does not know
            raise Refused(f"the chat template of {self.name} does not take this prompt: {error}") from error

    def room(self, call: Call, prompt: list[int]) -> int:
        """The most tokens that the reply may have."""
        return min(call.sampling.max_tokens, self.context - len(prompt))

    def completion(self, prompt: list[int], reply: list[int], finish: str) -> Completion:
        """A reply's tokens as what was said, both sides counted."""
        text = self.tokenizer.decode(reply, skip_special_tokens=True)
        return Completion(split_reasoning(text).content, len(prompt), len(reply), finish)
