"""vLLM, as a server and in this process: whole runs held to their JSON schemas, and what its prefix cache served."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from r2s.models.local.vllm_caller import VllmCaller
from r2s.models.transport.cache_metrics import parse_cache_counts
from tests.live.conftest import ENVIRONMENT
from tests.live.runs import CIRCLES, check_well_formed, play, prefix_cache, times_on_end

pytestmark = pytest.mark.live


def test_a_run_on_a_server_is_well_formed_and_served_from_its_prefix_cache(server, tmp_path, live_environment):
    figures = play(tmp_path / "run", live_environment, "--model", "openai:parrot", "--base-url", server)

    with urllib.request.urlopen(server.removesuffix("/v1") + "/metrics") as answer:
        counts = parse_cache_counts(answer.read().decode())
    status = subprocess.run(
        [sys.executable, "-m", "r2s", "status", str(tmp_path / "run"), "--json"], capture_output=True, check=True
    )
    shares = json.loads(status.stdout)
    check_well_formed(tmp_path / "run", figures)
    assert counts is not None
    assert prefix_cache(tmp_path / "run") == counts._asdict()
    assert counts.found > 0
    assert 0 < shares["prefix_served"] <= shares["prefix_share"] + 0.1


def test_a_run_in_this_process_is_well_formed_and_served_from_its_prefix_cache(parrot, tmp_path, live_environment):
    figures = play(tmp_path / "run", live_environment, "--model", f"vllm:{parrot}")

    check_well_formed(tmp_path / "run", figures)
    assert prefix_cache(tmp_path / "run")["found"] > 0


async def test_a_reply_in_this_process_says_nothing_more_often_in_a_row_than_it_may(tiny, monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    caller = VllmCaller(str(tiny))

    free, straight = [(await caller.send(call)).content for call in CIRCLES]
    await caller.close()

    assert times_on_end(free) > 3 >= times_on_end(straight)


def test_what_vllm_cannot_load_ends_the_run_with_six_and_the_reason(tmp_path: Path, live_environment: dict[str, str]):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text('{"architectures": ["NoSuchModel"]}')
    (tmp_path / "doc.txt").write_text("The lighthouse was built in 1820. It is 31 metres high.")
    model = f"vllm:{tmp_path / 'model'}"
    command = ["run", str(tmp_path / "doc.txt"), "-o", str(tmp_path / "run"), "--model", model]

    done = subprocess.run([sys.executable, "-m", "r2s", *command], env=live_environment, capture_output=True, text=True)

    assert done.returncode == 6
    assert f"{model} cannot be started" in done.stderr
