"""Several commands of the command line in one process of their own, watched from within by an audit hook."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# The hook sees every connection and every name that is looked up, whatever library asks for it.
_PLAYER = """
import json, sys
contacts = open(sys.argv[2], "a")
def hook(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        print(arguments[1][0], arguments[1][1], file=contacts, flush=True)
    elif event == "socket.getaddrinfo":
        print(arguments[0], arguments[1], file=contacts, flush=True)
sys.addaudithook(hook)
from r2s.cli import app
for command in json.loads(sys.argv[1]):
    sys.argv = ["r2s", *command]
    try:
        app.main()
    except SystemExit as end:
        print("ended with", end.code or 0, flush=True)
"""


@dataclass(frozen=True)
class Played:
    """What the commands printed, how each ended, whom they contacted, and how processes were called meanwhile."""

    output: str
    codes: list[int]
    contacts: set[str]
    process_list: str


def play(commands: Sequence[Sequence[str | Path]], folder: Path, environment: Mapping[str, str]) -> Played:
    """Play commands one after the other with these variables beside those that are there."""
    contacts = folder / "contacts"
    contacts.touch()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "LANG", "HF_"))}
    given = json.dumps([[str(part) for part in command] for command in commands])
    process = subprocess.Popen(
        [sys.executable, "-c", _PLAYER, given, str(contacts)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**inherited, **environment},
    )
    lists = [_process_list()]
    while True:
        try:
            output, _ = process.communicate(timeout=0.5)
            break
        except subprocess.TimeoutExpired:
            lists.append(_process_list())
    codes = [int(line.split()[-1]) for line in output.splitlines() if line.startswith("ended with")]
    return Played(output, codes, set(contacts.read_text().splitlines()), "\n".join(lists))


def _process_list() -> str:
    said: list[str] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            said.append(path.read_text(errors="replace"))
        except OSError:
            continue
    return "\n".join(said)
