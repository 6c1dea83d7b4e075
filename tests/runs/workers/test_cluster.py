"""Runs on a Ray cluster of three nodes: the bytes of one process, with nodes that are lost on the way."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.processes import result_files
from r2s.models.journal.tools import info
from tests.runs.workers.test_processes import begin, calls, end, events

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ray")]
pytest.importorskip("ray")


class Nodes:
    """Three nodes, of which the last can be killed and given back."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.runs.workers.nodes"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address, folder = self._read().split()
        self.folder = Path(folder)

    def tell(self, what: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        assert self._read() == "done"

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.communicate(timeout=120)


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    nodes = Nodes()
    yield nodes
    nodes.close()


def wait_for(running: "subprocess.Popen[str]", out: Path, name: str, count: int) -> None:
    while not (out / "events.jsonl").exists() or len(events(out, name)) < count:
        assert running.poll() is None, "the run has ended before"
        time.sleep(0.1)


KEY = "sk-planted-4711"


@pytest.mark.parametrize("mock", [["--latency", "0.05", "--key", KEY]], indirect=True)
def test_three_nodes_of_which_one_is_killed_twice_make_the_bytes_of_one_process(
    docs, tmp_path, mock, nodes, monkeypatch
):
    # The nodes were started before, and know of no key.
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    out = tmp_path / "cluster"
    options = ("--engine", "ray", "--ray-address", nodes.address, "--set", "limits.timeout=900")
    running = begin(docs, out, mock.url, *options)
    wait_for(running, out, "call", 20)
    mock.pause()
    wait_for(running, out, "worker_ready", 3)
    nodes.tell("kill")
    wait_for(running, out, "worker_lost", 1)
    nodes.tell("add")
    wait_for(running, out, "worker_ready", 4)
    mock.go_on()
    wait_for(running, out, "call", calls(out) + 40)
    lost = len(events(out, "worker_lost"))
    # Ray takes its time to find out; meanwhile the others would come to the end.
    mock.pause()
    nodes.tell("kill")
    wait_for(running, out, "worker_lost", lost + 1)
    mock.go_on()
    end(running)
    seen = mock.stats()
    nodes.tell("add")

    end(begin(docs, tmp_path / "whole", mock.url))

    assert result_files(out) == result_files(tmp_path / "whole")
    # A node has one worker of three, with a third of the eight calls that are made at once.
    assert seen["requests"] - seen["distinct"] <= 2 * 3
    assert info(out / "journal.sqlite").records == seen["distinct"]
    logs = [path for folder in (nodes.folder, out) for path in folder.rglob("*") if path.is_file()]
    assert len(logs) > 20
    assert not [path for path in logs if KEY.encode() in path.read_bytes()]
