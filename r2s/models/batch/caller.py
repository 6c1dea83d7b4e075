"""A caller that asks nobody: it writes down what is wanted, and the dialogue waits."""

from typing import NoReturn

from langgraph.errors import GraphBubbleUp

from r2s.errors import WaitingError
from r2s.models.batch.address import ANYBODY, BatchAddress
from r2s.models.batch.wanted import WantedRequests
from r2s.models.calls import Call
from r2s.models.openai_caller import body_of, chat_model


class Awaited(WaitingError, GraphBubbleUp):  # noqa: N818 (nothing has gone wrong)
    """The reply to a call is still to come.

    LangGraph cancels what runs beside a node that fails; what bubbles up lets it come to its own end, so that all
    candidates and all reviewers get to say what they want in one round.
    """


class BatchCaller:
    """Turns every call into the request that a direct one would have sent."""

    def __init__(self, address: BatchAddress, wanted: WantedRequests) -> None:
        self._wanted = wanted
        self._chat = chat_model(address.model or ANYBODY, base_url=None, key="none", timeout=None)

    async def send(self, call: Call) -> NoReturn:
        """Write the request down; never returns."""
        self._wanted.add(call.key, call.dialogue, body_of(self._chat, call))
        raise Awaited(f"call {call.key} waits for its reply")

    async def close(self) -> None:
        """What is wanted belongs to the run."""
