"""`r2s view RUN` as a command: where it listens, what it says, and how it ends."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.views.test_static import named, run_of

COMMAND = [sys.executable, "-m", "r2s", "view"]


@contextmanager
def viewing(*arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The command, and what it said when it was ready."""
    command = [*COMMAND, *map(str, arguments), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_asked_to_stop_and_then_ends_well(tmp_path: Path, number: signal.Signals) -> None:
    run = run_of(tmp_path / "run", named("a"))

    with viewing(run) as (process, said):
        page = urllib.request.urlopen(said["url"]).read()
        process.send_signal(number)
        _, complained = process.communicate(timeout=30)

    assert b'"id":"a"' in page
    assert (process.returncode, complained) == (0, "")
    assert sorted(path.name for path in run.iterdir()) == ["manifest.json", "trees.jsonl"]


def test_a_page_that_is_open_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    with viewing(tmp_path) as (process, said):
        port = int(said["url"].rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.recv(1)
            process.send_signal(signal.SIGINT)

            assert process.wait(timeout=30) == 0


def test_a_port_in_use_is_an_error_of_the_one_who_asked(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = subprocess.run([*COMMAND, tmp_path, "--port", str(port)], capture_output=True, text=True, timeout=60)

    assert done.returncode == 2
    assert f"port {port}: " in done.stderr
    assert "choose another --host or --port" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_that_others_reach_is_given_with_its_token_once(tmp_path: Path) -> None:
    with viewing(tmp_path, "--host", "0.0.0.0") as (process, said):
        process.send_signal(signal.SIGINT)
        more, complained = process.communicate(timeout=30)

    token = said["url"].partition("?token=")[2]
    assert len(token) >= 32
    assert token not in more + complained


def test_what_is_no_directory_cannot_be_served(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = subprocess.run([*COMMAND, tmp_path / "file"], capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stdout) == (2, "")
    assert "is a file" in done.stderr
