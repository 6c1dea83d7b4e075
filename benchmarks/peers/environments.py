"""An environment for each client, made when first needed: the packages that its script pins in its first lines.

The pins are inline script metadata (PEP 723): `# dependencies = [...]` between `# /// script` and `# ///`. R2S has an
environment as well, with what a user installs and none of the tools of a checkout.
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
ROOT = Path(__file__).resolve().parent.parent.parent
HOMES = ROOT / "build" / "peers"


class UnavailableError(Exception):
    """A client cannot be installed here; the message says why, in a line."""


def pins(script: Path) -> list[str]:
    """The packages that a script asks for."""
    match = _METADATA.search(script.read_text(encoding="utf-8"))
    if match is None:
        raise UnavailableError(f"{script.name} names no packages")
    return tomllib.loads("".join(line[2:] for line in match["lines"].splitlines(keepends=True)))["dependencies"]


def python_of(script: Path, folder: Path = HOMES) -> Path:
    """The interpreter that has a script's packages."""
    packages = pins(script)
    return _python(folder / script.stem, packages, "\n".join(packages))


def python_of_r2s(folder: Path = HOMES) -> Path:
    """The interpreter that has R2S as it is here, and the packages that it needs as they are pinned."""
    pinned, project = ROOT / "constraints.txt", ROOT / "pyproject.toml"
    wanted = project.read_text(encoding="utf-8") + pinned.read_text(encoding="utf-8")
    return _python(folder / "r2s", ["--constraint", str(pinned), "--editable", str(ROOT)], wanted)


def _python(home: Path, packages: list[str], wanted: str) -> Path:
    """The interpreter of an environment, which is made unless the very same one is there."""
    stamp = home / _STAMP
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        _install(home, packages)
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
