"""`r2s serve` with vLLM's own server: it starts, and reads a conversation in the model's own template."""

import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.conftest import wait_for

pytestmark = pytest.mark.live

ASKED = [{"role": "user", "content": "灯塔: how high?"}]


@pytest.fixture
def address(tiny: Path, tmp_path: Path, live_environment: dict[str, str]) -> Iterator[str]:
    """Where a tiny model is served under the name `gllm`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "r2s", "serve", str(tiny), "--name", "gllm", "--port", str(port)]
    options = ["--", "--dtype", "bfloat16", "--no-enable-chunked-prefill"]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen([*command, *options], stdout=log, stderr=log, env=live_environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, tmp_path / "server.log")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(60)


def test_a_served_model_reads_the_prompt_that_it_was_trained_on(address: str, tiny: Path) -> None:
    from transformers import AutoTokenizer  # pyright: ignore[reportMissingImports]

    tokenizer = AutoTokenizer.from_pretrained(tiny)
    expected = tokenizer.apply_chat_template(ASKED, add_generation_prompt=True, return_dict=False)

    body = {"model": "gllm", "messages": ASKED, "max_tokens": 4, "return_token_ids": True}
    request = urllib.request.Request(
        f"{address}/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=100) as answer:
        reply = json.load(answer)

    assert reply["prompt_token_ids"] == expected
    assert reply["usage"]["completion_tokens"] == 4
