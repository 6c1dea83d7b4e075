"""Commands that another command carries out: their codes and output, and that a signal reaches them once."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from r2s.cli.programs import Programs, with_one_device
from r2s.errors import ConfigError, RunError

# Stands in for a launcher: it is started with `-m r2s ARGUMENTS` behind it, and prints them.
ECHO = [sys.executable, "-c", "import json, sys; print(json.dumps(sys.argv[1:]))"]
# Starts a command that says it is there, then waits for signals and leaves with how many came.
WAITING = """
import sys
from r2s.cli.programs import Programs
child = ('import signal, sys, time; seen = []; signal.signal(signal.SIGINT, lambda *_: seen.append(1));'
         'print("there", file=sys.stderr, flush=True); [time.sleep(0.02) for _ in iter(lambda: not seen, False)];'
         'time.sleep(0.5); sys.exit(len(seen))')
with Programs() as programs:
    code = programs._carry_out([sys.executable, "-c", child], 1)[0]
sys.exit(10 * len(programs.received) + code)
"""


def launcher() -> str:
    import shlex

    return shlex.join(ECHO)


def test_a_command_is_started_by_its_launcher_and_its_output_kept_in_a_file(tmp_path: Path):
    with Programs() as programs:
        code = programs.run(["train", "a b"], launcher(), tmp_path / "out.json")

    assert code == 0
    assert json.loads((tmp_path / "out.json").read_text("utf-8")) == ["-m", "r2s", "train", "a b"]


def test_what_a_command_prints_as_json_can_be_asked():
    with Programs() as programs:
        told = programs.ask(["plan", "configs/samples", "--json"])

    assert told


def test_a_command_that_fails_gives_its_code_and_no_answer(capfd: pytest.CaptureFixture[str]):
    with Programs() as programs:
        code = programs.run(["status", "nowhere"])
        with pytest.raises(RunError, match="r2s status nowhere failed with exit code 2"):
            programs.ask(["status", "nowhere"])

    assert code == 2
    assert "is no run directory" in capfd.readouterr().err


@pytest.mark.parametrize(("seen", "shown"), [("4,5", "4"), ("", ""), (None, "0")])
def test_who_is_asked_is_shown_one_gpu_of_those_that_can_be_seen(seen: str | None, shown: str):
    environment = {} if seen is None else {"CUDA_VISIBLE_DEVICES": seen}

    assert with_one_device({"HOME": "h", **environment}) == {"HOME": "h", "CUDA_VISIBLE_DEVICES": shown}


def test_a_launcher_that_is_not_there_is_named():
    with Programs() as programs, pytest.raises(ConfigError, match="cannot start no-such-launcher"):
        programs.run(["train"], "no-such-launcher --now")


def test_a_terminals_signal_reaches_the_command_under_way_once():
    process = subprocess.Popen([sys.executable, "-c", WAITING], stderr=subprocess.PIPE, text=True, process_group=0)
    assert process.stderr is not None
    assert process.stderr.readline() == "there\n"

    # As a terminal does, to the whole group in the foreground.
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)

    assert process.returncode == 11


def test_the_handlers_of_before_come_back():
    before = signal.getsignal(signal.SIGINT)

    with Programs():
        assert signal.getsignal(signal.SIGINT) != before

    assert signal.getsignal(signal.SIGINT) == before
