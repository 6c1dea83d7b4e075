"""What a call to a language model costs the client: LangChain's ways and ours, against the mock server at no latency.

    .venv/bin/python benchmarks/transport.py            # 3,000 calls each way, 32 in flight

The figures are CPU milliseconds of the whole client process a call; the server runs in a process of its own.
"""

import argparse
import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, SecretStr

SERVER = Path(__file__).with_name("mock_server.py")
FORM = '{"text": "what you say", "closes": false}'
TASK = (
    f"# Your task: be the user and say the next thing\n\nThe subject: Skerry lighthouse\n\nAnswer in this form:\n{FORM}"
)
WARM_UP = 300
SAMPLING = {"temperature": 0.7, "max_tokens": 1024, "seed": 3}
Call = Callable[[list[BaseMessage]], Awaitable[Any]]


class Utterance(BaseModel):
    text: str
    closes: Literal[False]


def main() -> None:
    """Print a row for each way of calling."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--calls", type=int, default=3000)
    arguments.add_argument("--in-flight", type=int, default=32)
    given = arguments.parse_args()
    print("| way | CPU ms a call | calls/s |")
    print("|---|---|---|")
    with _server() as url:
        asyncio.run(_rows(url, given.calls, given.in_flight))


async def _rows(url: str, calls: int, in_flight: int) -> None:
    """All in one event loop: ChatOpenAI's connections do not outlive the loop that they were opened in."""
    for name, call in ways(url).items():
        cpu, wall = await _measure(call, calls, in_flight)
        print(f"| {name} | {cpu / calls * 1000:.2f} | {calls / wall:.0f} |", flush=True)


def ways(url: str) -> dict[str, Call]:
    """Each way of asking the same thing."""
    from r2s.models.transport.aiohttp_chat import FastChatOpenAI
    from r2s.models.transport.structured import FORMS

    plain = ChatOpenAI(model="mock", base_url=url, api_key=SecretStr("none"))
    fast = FastChatOpenAI(model="mock", base_url=url, api_key=SecretStr("none"))
    structured = plain.with_structured_output(Utterance)

    async def by_schema(messages: list[BaseMessage]) -> Any:
        return await FORMS.ask(fast.server, Utterance, lambda form: fast.reply_to(messages, **SAMPLING, **form))

    return {
        "`ChatOpenAI.with_structured_output`": lambda messages: structured.ainvoke(messages, **SAMPLING),
        "`ChatOpenAI.ainvoke`": lambda messages: plain.ainvoke(messages, **SAMPLING),
        "`FastChatOpenAI.ainvoke`": lambda messages: fast.ainvoke(messages, **SAMPLING),
        "`FastChatOpenAI._agenerate`": lambda messages: fast._agenerate(messages, **SAMPLING),
        "`FastChatOpenAI.reply_to`": lambda messages: fast.reply_to(messages, **SAMPLING),
        "`FORMS.ask` with the schema, `FastChatOpenAI.reply_to`": by_schema,
        "`Endpoint.post` alone (aiohttp)": lambda messages: _post(fast, messages),
    }


async def _post(fast: Any, messages: list[BaseMessage]) -> Any:
    from r2s.models.transport.aiohttp_chat import _seconds

    sent = [{"role": "system" if message.type == "system" else "user", "content": message.text} for message in messages]
    return await fast.endpoint.post({"model": "mock", "messages": sent, **SAMPLING}, _seconds(600.0))


async def _measure(call: Call, calls: int, in_flight: int) -> tuple[float, float]:
    await _make(call, WARM_UP, in_flight)
    cpu, wall = time.process_time(), time.perf_counter()
    await _make(call, calls, in_flight)
    return time.process_time() - cpu, time.perf_counter() - wall


async def _make(call: Call, calls: int, in_flight: int) -> None:
    numbers = iter(range(calls))

    async def work() -> None:
        for number in numbers:
            await call(_messages(number))

    await asyncio.gather(*(work() for _ in range(in_flight)))


def _messages(number: int) -> list[BaseMessage]:
    document = (
        f"<document>\n# Document {number}\n"
        + "[p1] A sentence of seventy signs, as a document has them, more or less. " * 10
    )
    return [SystemMessage(content="The rules. " * 200), HumanMessage(content=f"{document}\n</document>\n\n{TASK}")]


@contextlib.contextmanager
def _server() -> Iterator[str]:
    with subprocess.Popen([sys.executable, SERVER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
