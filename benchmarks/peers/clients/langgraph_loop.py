"""LangGraph as its users write it: two nodes that take turns, all documents through `abatch`.

`--transport aiohttp` puts aiohttp into the nodes; `chat` is ChatOpenAI. Tuned, ChatOpenAI sends through the aiohttp
client that the openai package offers for many calls at once, and a saver writes at the end of each dialogue only.
"""

# /// script
# dependencies = [
#     "aiohttp==3.14.5", "langchain-core==1.7.2", "langchain-openai==1.7.3", "langgraph==1.2.22",
#     "langgraph-checkpoint-sqlite==3.1.2", "openai[aiohttp]==3.52.0",
# ]
# ///

import argparse
import asyncio
import contextlib
import operator
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any, TypedDict

from benchmarks.peers.workload import Document, arguments, finish, prompt, read_documents

Ask = Callable[[str], Awaitable[str]]


class State(TypedDict):
    text: str
    said: Annotated[list[str], operator.add]


def dialogue_graph(ask: Ask, calls: int) -> Any:
    """START --> user --> assistant --> user ... END."""
    from langgraph.graph import END, START, StateGraph

    async def speak(state: State) -> dict[str, list[str]]:
        return {"said": [await ask(prompt(state["text"], state["said"]))]}

    def goes_on(state: State) -> str:
        return "user" if len(state["said"]) < calls else END

    graph = StateGraph(State)
    graph.add_node("user", speak)
    graph.add_node("assistant", speak)
    graph.add_edge(START, "user")
    graph.add_edge("user", "assistant")
    graph.add_conditional_edges("assistant", goes_on, ["user", END])
    return graph


@contextlib.asynccontextmanager
async def asking(given: argparse.Namespace) -> AsyncIterator[Ask]:
    """What the nodes call."""
    if given.transport == "aiohttp":
        import aiohttp

        from benchmarks.peers.clients.aiohttp_loop import ask

        async with aiohttp.ClientSession() as session:
            yield lambda text: ask(session, given.url, text)
        return
    import openai
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    client: Any = openai.DefaultAioHttpClient() if given.tuned else None
    model = ChatOpenAI(model="mock", base_url=given.url, api_key=SecretStr("none"), http_async_client=client)

    async def chat(text: str) -> str:
        return (await model.ainvoke(text)).text

    yield chat
    if client is not None:
        await client.aclose()


@contextlib.asynccontextmanager
async def saver(given: argparse.Namespace) -> AsyncIterator[Any]:
    if not given.saver:
        yield None
        return
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver  # pyright: ignore[reportMissingImports]

    async with AsyncSqliteSaver.from_conn_string("checkpoints.sqlite") as checkpointer:
        yield checkpointer


async def play(given: argparse.Namespace, documents: list[Document]) -> list[list[str]]:
    async with asking(given) as ask, saver(given) as checkpointer:
        graph = dialogue_graph(ask, given.calls).compile(checkpointer=checkpointer)
        threads = [{"configurable": {"thread_id": document["id"]}} for document in documents]
        configs = [{**thread, "max_concurrency": given.in_flight, "recursion_limit": 100} for thread in threads]
        inputs = [{"text": document["text"], "said": []} for document in documents]
        options = {"durability": "exit"} if given.saver and given.tuned else {}
        return [state["said"] for state in await graph.abatch(inputs, configs, **options)]


def main() -> None:
    parser = arguments()
    parser.add_argument("--transport", choices=("aiohttp", "chat"), required=True)
    parser.add_argument("--saver", action="store_true", help="keep checkpoints in SQLite")
    given = parser.parse_args()
    documents = read_documents(given.documents)
    finish(documents, asyncio.run(play(given, documents)), given.calls)


if __name__ == "__main__":
    main()
