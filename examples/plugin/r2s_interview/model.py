"""A back end: `--model parrot:NAME`, a LangChain chat model that recites the passages of the prompt's document."""

import json
import re
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult


class Parrot(BaseChatModel):
    """Any LangChain chat model will do here; journal, limits, retries and budgets are R2S's own."""

    name: str | None = "parrot"

    @property
    def _llm_type(self) -> str:
        return "parrot"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **settings: Any,
    ) -> ChatResult:
        passages = re.findall(r"(?m)^\[p\d+\] (.+)$", str(messages[-1].content))
        turns = [{"id": n, "A": f"And what comes {n}?", "B": said} for n, said in enumerate(passages, 1)]
        text = json.dumps({"characters": {"A": "a listener", "B": "a parrot"}, "turns": turns})
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])


def open_parrot(name: str) -> BaseChatModel:
    """`name` is what follows the colon in `parrot:NAME`; here, what the parrot is called."""
    return Parrot(name=f"parrot:{name}")
