"""`r2s serve` with vLLM's own server: it starts, and reads a conversation in the model's own template."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from r2s.models.local.circles import SETTING
from r2s.models.openai_caller import OpenAICaller
from tests.live.conftest import ENVIRONMENT, wait_for
from tests.live.runs import CIRCLES, times_on_end

pytestmark = pytest.mark.live

# What asks for a reply without circles, after one that may go round.
MORE: list[dict[str, Any]] = [{}, {"vllm_xargs": {SETTING: 3}}]
ASKED = [{"role": "user", "content": "灯塔: how high?"}]


@pytest.fixture(scope="module")
def address(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a tiny model is served under the name `gllm`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "r2s", "serve", str(tiny), "--name", "gllm", "--port", str(port)]
    options = ["--", "--dtype", "bfloat16", "--no-enable-chunked-prefill"]
    file = tmp_path_factory.mktemp("server") / "server.log"
    with file.open("wb") as log:
        process = subprocess.Popen([*command, *options], stdout=log, stderr=log, env={**os.environ, **ENVIRONMENT})
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, file)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(60)


def test_a_served_model_reads_the_prompt_that_it_was_trained_on(address: str, tiny: Path) -> None:
    from transformers import AutoTokenizer  # pyright: ignore[reportMissingImports]

    tokenizer = AutoTokenizer.from_pretrained(tiny)
    expected = tokenizer.apply_chat_template(ASKED, add_generation_prompt=True, return_dict=False)

    reply = ask(address, max_tokens=4)

    assert reply["prompt_token_ids"] == expected
    assert reply["usage"]["completion_tokens"] == 4


async def test_a_served_model_says_nothing_more_often_in_a_row_than_it_is_asked_to(address: str) -> None:
    free, straight = (ask(address, max_tokens=60, temperature=0, **more)["choices"][0]["token_ids"] for more in MORE)

    caller = OpenAICaller("gllm", address, timeout=100)
    told = [await caller.send(call) for call in CIRCLES]
    await caller.close()

    assert times_on_end(free) > 3 >= times_on_end(straight)
    assert times_on_end(told[0].content) > 3 >= times_on_end(told[1].content)


def ask(address: str, **more: Any) -> dict[str, Any]:
    body = {"model": "gllm", "messages": ASKED, "return_token_ids": True, **more}
    request = urllib.request.Request(
        f"{address}/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=100) as answer:
        return json.load(answer)
