"""Bad networks, clocks that are set, disks that are full, slow or read-only, and impatient people: whole runs."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.afflictions import own_disk, remounted
from benchmarks.processes import ServerProcess, result_files
from benchmarks.tcp_proxy import Proxy, Weather
from r2s.config import load_config
from r2s.errors import RunError
from r2s.runs.reading import read_run
from r2s.runs.runner import Run, RunReport
from r2s.runs.verifying import verify_run
from tests.conftest import LIGHTHOUSE

pytestmark = pytest.mark.slow

OPTIONS = ("--method", "cod", "--turns", "2")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "docs.jsonl"
    rows = [{"id": f"d{number}", "text": LIGHTHOUSE} for number in range(4)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


async def _play(docs: Path, out: Path, url: str) -> RunReport:
    flags = {"method": "cod", "turns": 2, "models.default": "openai:mock", "base_url": url, "limits.timeout": 5.0}
    return await Run([docs], load_config(flags=flags), out).play()


WEATHERS = {
    "slow": Weather(delay=0.02),
    "cuts replies off": Weather(truncated=0.1),
    "brings replies twice": Weather(repeated=0.3),
    "loses connections": Weather(reset=0.1),
}


@pytest.mark.parametrize("weather", WEATHERS.values(), ids=WEATHERS)
async def test_a_bad_network_changes_no_byte(docs: Path, tmp_path: Path, serve, weather: Weather) -> None:
    server = await serve()
    await _play(docs, tmp_path / "calm", server.url)

    with Proxy(server.url) as proxy:
        proxy.weather = weather
        report = await _play(docs, tmp_path / "stormy", proxy.url)

    assert report.status == "finished"
    assert result_files(tmp_path / "stormy") == result_files(tmp_path / "calm")
    assert verify_run(tmp_path / "stormy").passed


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of the test's own."""
    with own_disk(tmp_path / "disk") as mount:
        if mount is None:
            pytest.skip("only root may make a disk to fill")
        yield mount


async def test_a_full_disk_is_named_and_the_run_goes_on_once_there_is_room(docs, tmp_path, serve, disk: Path) -> None:
    server = await serve()
    await _play(docs, tmp_path / "whole", server.url)
    (disk / "filler").write_bytes(bytes(shutil.disk_usage(disk).free - 100_000))

    with pytest.raises(RunError, match=r"No space left|disk is full"):
        await _play(docs, disk / "run", server.url)
    (disk / "filler").unlink()
    await _play(docs, disk / "run", server.url)

    assert result_files(disk / "run") == result_files(tmp_path / "whole")
    assert verify_run(disk / "run").passed


async def test_a_disk_that_may_only_be_read_is_named_and_what_is_there_can_be_read(docs, serve, disk: Path) -> None:
    server = await serve()
    await _play(docs, disk / "run", server.url)

    with remounted(disk, "ro"):
        with pytest.raises(RunError, match="Read-only file system; choose another directory"):
            await _play(docs, disk / "run", server.url)
        read = read_run(disk / "run")
        verdict = verify_run(disk / "run")

    assert read.figures["documents"]["trees"] == 4
    assert verdict.passed


async def test_a_clock_that_is_set_back_and_forth_changes_nothing(docs, tmp_path, serve, monkeypatch) -> None:
    server, true, chance = await serve(), time.time, random.Random(0)
    await _play(docs, tmp_path / "calm", server.url)

    monkeypatch.setattr(time, "time", lambda: true() + chance.uniform(-3e7, 3e7))
    await _play(docs, tmp_path / "run", server.url)

    assert result_files(tmp_path / "run") == result_files(tmp_path / "calm")
    assert verify_run(tmp_path / "run").passed


def test_who_asks_twice_to_stop_waits_for_no_reply(docs: Path, tmp_path: Path) -> None:
    with ServerProcess("--faults", "hang=1") as server:
        where = ("--model", "openai:mock", "--base-url", server.url, *OPTIONS)
        command = [sys.executable, "-m", "r2s", "run", str(docs), "-o", str(tmp_path / "run"), *where]
        with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=os.environ) as process:
            while not server.stats()["requests"]:
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            # A reply would take two minutes to be given up.
            _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert b"Traceback" not in said
