"""The floor: a loop on aiohttp, no framework. All dialogues are in play, and a semaphore holds the calls."""

# /// script
# dependencies = ["aiohttp==3.14.5"]
# ///

import argparse
import asyncio

import aiohttp

from benchmarks.peers.workload import Document, arguments, finish, prompt, read_documents


async def play(given: argparse.Namespace, documents: list[Document]) -> list[list[str]]:
    gate = asyncio.Semaphore(given.in_flight)

    async def dialogue(text: str) -> list[str]:
        said: list[str] = []
        while len(said) < given.calls:
            async with gate:
                said.append(await ask(session, given.url, prompt(text, said)))
        return said

    async with aiohttp.ClientSession() as session:
        return await asyncio.gather(*(dialogue(document["text"]) for document in documents))


async def ask(session: aiohttp.ClientSession, url: str, text: str) -> str:
    body = {"model": "mock", "messages": [{"role": "user", "content": text}]}
    async with session.post(f"{url}/chat/completions", json=body) as response:
        return (await response.json())["choices"][0]["message"]["content"]


def main() -> None:
    given = arguments().parse_args()
    documents = read_documents(given.documents)
    finish(documents, asyncio.run(play(given, documents)), given.calls)


if __name__ == "__main__":
    main()
