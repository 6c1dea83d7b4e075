"""The comparison with peers: its server tells right calls from wrong ones, and its figures count what they say."""

import argparse
import os
import sys
import time
from pathlib import Path

import aiohttp
import pytest

from benchmarks.mock_server import Settings
from benchmarks.peers import environments, workload
from benchmarks.peers.clients import aiohttp_loop
from benchmarks.peers.processes import TooSlowError, run
from benchmarks.peers.rows import CLIENTS, ROWS
from benchmarks.peers.server import Expectation, PeerServer

DOCUMENTS = [{"id": str(number), "title": f"Lamp {number}", "text": f"Lamp {number} burns. " * 30} for number in (1, 2)]


@pytest.fixture
async def server():
    server = PeerServer(Settings(), Expectation(DOCUMENTS, calls=4))
    await server.open("127.0.0.1", 0)
    yield server
    await server.close()


async def test_a_client_that_says_what_it_should_makes_every_call_once_and_holds_every_dialogue(server: PeerServer):
    given = argparse.Namespace(url=server.url, calls=4, in_flight=2)

    dialogues = await aiohttp_loop.play(given, DOCUMENTS)

    stats = server.stats()
    assert dialogues == [workload.replies(document, 4) for document in DOCUMENTS]
    assert (stats["right"], stats["repeated"], stats["strange"]) == (8, 0, 0)
    assert 0 < stats["began"] < stats["ended"]


async def test_the_server_tells_repeated_and_strange_calls_from_right_ones(server: PeerServer):
    first = workload.prompt(DOCUMENTS[0]["text"], [])

    async with aiohttp.ClientSession() as session:
        for text in (first, first, first.replace("burns", "smokes")):
            await aiohttp_loop.ask(session, server.url, text)

    stats = server.stats()
    assert (stats["right"], stats["repeated"], stats["strange"]) == (1, 1, 1)


async def test_a_request_without_a_message_does_not_start_the_clock(server: PeerServer):
    async with aiohttp.ClientSession() as session:
        await session.post(f"{server.url}/chat/completions", json={"model": "mock", "messages": []})

    assert server.began == 0


def test_a_template_renders_to_the_prompt_of_its_step():
    said = ["one", "two"]

    rendered = workload.template(2)
    for name, value in {"text": "A lamp burns.", **{workload.column(at): line for at, line in enumerate(said)}}.items():
        rendered = rendered.replace(f"{{{{ {name} }}}}", value)

    assert rendered == workload.prompt("A lamp burns.", said)


def test_every_row_has_a_client_whose_packages_are_pinned():
    scripts = {CLIENTS / f"{row.client}.py" for row in ROWS if row.client}

    assert all("==" in package for script in scripts for package in environments.pins(script))
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_the_cost_of_a_command_holds_what_its_children_took(tmp_path: Path):
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}]); print(2)"

    began = time.monotonic()
    cost = run([sys.executable, "-c", code], tmp_path, dict(os.environ), limit=60)

    assert cost.code == 0
    assert cost.cpu >= 0.3
    assert cost.cpu_until(began) == 0
    assert cost.cpu_until(time.monotonic()) == cost.cpu
    assert (tmp_path / "output.txt").read_text() == "2\n"


def test_the_peak_memory_of_a_command_is_its_own_and_not_that_of_the_process_that_started_it(tmp_path: Path):
    ballast = b"x" * (200 << 20)

    cost = run([sys.executable, "-c", "import time; time.sleep(0.3)"], tmp_path, dict(os.environ), limit=60)

    assert len(ballast) / 2**20 > cost.peak > 1


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path):
    with pytest.raises(TooSlowError, match="not done after 0 s"):
        run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, dict(os.environ), limit=0.2)
