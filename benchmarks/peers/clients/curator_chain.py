"""Bespoke Curator: a `curator.LLM` a call, each over the dataset that the one before it gave.

Default: Curator's own rate limits (200 requests and 100,000 tokens a minute where the server names none). Tuned: the
limits out of the way, the workload's calls in flight, and no live display.
"""

# /// script
# dependencies = [
#     "bespokelabs-curator==0.1.31", "aiohttp==3.13.5", "datasets==3.6.0", "litellm==1.83.7", "pydantic==2.12.5",
# ]
# ///
# pyright: reportMissingImports=false

import argparse
from typing import Any

# Curator asks tiktoken for its tokens, and tiktoken would download them; this import points it to litellm's copy.
import litellm.litellm_core_utils.default_encoding  # noqa: F401
from bespokelabs import curator
from datasets import Dataset

from benchmarks.peers.workload import arguments, finish, prompt, read_documents


class Speaker(curator.LLM):
    """Says the next thing; `said` is a list in the row, so that every call has the same two methods."""

    def prompt(self, input: dict[str, Any]) -> str:
        return prompt(input["text"], input["said"])

    def parse(self, input: dict[str, Any], response: str) -> dict[str, Any]:
        return {**input, "said": [*input["said"], response]}


def limits(given: argparse.Namespace) -> dict[str, Any]:
    address = {"base_url": given.url, "api_key": "none"}
    if not given.tuned:
        return address
    no_limit = {"max_requests_per_minute": 10**6, "max_tokens_per_minute": 10**9}
    return {**address, **no_limit, "max_concurrent_requests": given.in_flight}


def main() -> None:
    given = arguments().parse_args()
    documents = read_documents(given.documents)
    rows: Any = Dataset.from_list([{**document, "said": []} for document in documents])
    for _ in range(given.calls):
        rows = Speaker(model_name="mock", backend="openai", backend_params=limits(given))(rows).dataset
    said = {row["id"]: row["said"] for row in rows}
    finish(documents, [said.get(document["id"], []) for document in documents], given.calls)


if __name__ == "__main__":
    main()
