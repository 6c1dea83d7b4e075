"""Real models on this machine's CPU: a tiny one, one that keeps its replies short, and a vLLM server."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.live.runs")

SAMPLES = Path(__file__).parents[2] / "configs" / "samples"
DOCUMENT = SAMPLES / "en-artifact.txt"
# vLLM on a few cores of whatever machine this is; nothing is compiled, as that takes longer than the tests.
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "VLLM_CPU_KVCACHE_SPACE": "2",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "TORCH_COMPILE_DISABLE": "1",
    "VLLM_NO_USAGE_STATS": "1",
}
# Seconds that a server may take to start on a machine that has other things to do.
PATIENCE = 300


@pytest.fixture(scope="session")
def texts() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("en-*"))]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> Path:
    from r2s.training.tiny import make_tiny

    return make_tiny(tmp_path_factory.mktemp("tiny"), texts)


@pytest.fixture(scope="session")
def parrot(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> Path:
    from tests.live.parrot import make_parrot

    return make_parrot(tmp_path_factory.mktemp("parrot"), texts)


@pytest.fixture
def live_environment() -> dict[str, str]:
    return {**os.environ, **ENVIRONMENT}


@pytest.fixture
def server(parrot: Path, tmp_path: Path, live_environment: dict[str, str]) -> Iterator[str]:
    """The address of vLLM's own server, which serves the parrot under that name."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # On a CPU the engine dies of a prompt with a seed that it reads in several steps.
    options = ["--port", str(port), "--dtype", "bfloat16", "--no-enable-chunked-prefill"]
    module = ["-m", "vllm.entrypoints.openai.api_server", "--model", str(parrot), "--served-model-name", "parrot"]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, *module, *options], stdout=log, stderr=log, env=live_environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, tmp_path / "server.log")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(60)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    pytest.fail(f"vLLM's server did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")
