"""An environment for each client: the packages that its script pins in its first lines, installed when first needed.

The pins are inline script metadata (PEP 723): `# dependencies = [...]` between `# /// script` and `# ///`.
"""

import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

_METADATA = re.compile(r"^# /// script$\s(?P<lines>(?:^#(?: .*)?$\s)+)^# ///$", re.MULTILINE)
_STAMP = "installed.txt"


class UnavailableError(Exception):
    """A client cannot be installed here; the message says why, in a line."""


def pins(script: Path) -> list[str]:
    """The packages that a script asks for."""
    match = _METADATA.search(script.read_text(encoding="utf-8"))
    if match is None:
        raise UnavailableError(f"{script.name} names no packages")
    return tomllib.loads("".join(line[2:] for line in match["lines"].splitlines(keepends=True)))["dependencies"]


def python_of(script: Path, folder: Path) -> Path:
    """The interpreter that has a script's packages; they are installed unless the very same ones are there."""
    home, wanted = folder / script.stem, "\n".join(pins(script))
    stamp = home / _STAMP
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        _install(home, wanted.splitlines())
        stamp.write_text(wanted, encoding="utf-8")
    return home / "bin" / "python"


def _install(home: Path, packages: list[str]) -> None:
    print(f"installing {', '.join(packages)} ...", file=sys.stderr)
    shutil.rmtree(home, ignore_errors=True)
    venv.create(home, with_pip=True)
    command = [home / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        problems = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise UnavailableError((problems or ["ERROR: pip failed"])[-1].removeprefix("ERROR: "))
