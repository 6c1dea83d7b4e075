"""Fuzz the parsers with atheris: `python -m tests.fuzz all --seconds 600`, or some targets by name.

Each target runs in a process of its own, `--jobs` of them at once, and begins with inputs made on the spot. What it
finds is kept under `--out` as a file that `python -m tests.fuzz TARGET --input FILE` plays again. The exit status is 1
where anything was found.
"""

import argparse
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz.targets import TARGETS, check


def main() -> int:
    """Fuzz all targets that are named, or play one input again."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("targets", nargs="+", choices=["all", *TARGETS], metavar="TARGET")
    arguments.add_argument("--seconds", type=int, default=600, help="for each target")
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--out", type=Path, default=Path("fuzz-findings"))
    arguments.add_argument("--input", type=Path, help="play one input again, without atheris")
    given = arguments.parse_args()
    targets = list(TARGETS) if "all" in given.targets else given.targets
    if given.input:
        check(targets[0], given.input.read_bytes())
    else:
        with ThreadPoolExecutor(given.jobs) as pool:
            return max(pool.map(lambda target: _in_a_process(target, given), targets))
    return 0


def _in_a_process(target: str, given: argparse.Namespace) -> int:
    """Fuzz one target, and print how it went in a line."""
    out = given.out / target
    out.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.fuzz.process", target, str(given.seconds), str(out)]
    with (out / "log.txt").open("w", encoding="utf-8") as log:
        code = subprocess.run(command, stdout=log, stderr=log).returncode
    said = (out / "log.txt").read_text(encoding="utf-8", errors="replace").splitlines()
    done = next((line for line in reversed(said) if line.startswith(("Done ", "stat::number"))), "ended early")
    print(f"{target}: {'ok' if code == 0 else 'FOUND SOMETHING'}: {done}; see {out}", flush=True)
    return int(code != 0)


if __name__ == "__main__":
    sys.exit(main())
