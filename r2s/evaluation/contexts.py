"""What stands before a text when a model is asked how likely it is: the dialogue so far, as ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from r2s.errors import ConfigError

TemplateName = Literal["chat", "plain"]

# How a model is asked to guess the question from its answer, for rIFD.
GUESS = {
    "en": "Somebody asked a question or gave an instruction, and got the answer below. Write what they asked.\n\n{}",
    "zh": "有人问了一个问题或提了一个要求，得到了下面的回答。请写出当时问的话。\n\n{}",
}
_PLAIN = {"user": "USER: {} ASSISTANT: ", "assistant": "{}\n"}


@dataclass(frozen=True)
class Contexts:
    """Contexts as one tokenizer writes them: by its `chat` template, or `plain`, as base models are trained."""

    tokenizer: Any
    template: TemplateName

    @classmethod
    def of(cls, name: str, tokenizer: Any, template: TemplateName | None) -> "Contexts":
        """The template that was asked for, else the tokenizer's own where it has one."""
        has_own = getattr(tokenizer, "chat_template", None) is not None
        if template == "chat" and not has_own:
            raise ConfigError(f"--lm {name} has no chat template, as base models have none; take --template plain")
        return cls(tokenizer, template or ("chat" if has_own else "plain"))

    def ids(self, text: str) -> list[int]:
        """A text as ids, without special tokens."""
        return self.tokenizer.encode(text, add_special_tokens=False)

    def before_answer(self, messages: Sequence[dict[str, str]]) -> list[int]:
        """All that stands before the answer to the last of these messages."""
        if self.template == "plain":
            return [id for message in messages for id in self.ids(_PLAIN[message["role"]].format(message["content"]))]
        return self._templated(messages)

    def before_question(self, answer: str, language: str) -> list[int]:
        """All that stands before a question that is to be guessed from its answer."""
        return self.before_answer([{"role": "user", "content": GUESS[language].format(answer)}])

    def _templated(self, messages: Sequence[dict[str, str]]) -> list[int]:
        try:
            return self.tokenizer.apply_chat_template(list(messages), add_generation_prompt=True, return_dict=False)
        except Exception as error:  # a template raises what it likes about roles that it does not know
            raise ConfigError(f"the model's chat template takes no dialogue: {error}; take --template plain") from error
