"""The layers of pyproject.toml are kept, and the tools that keep them do see the linked folders."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

LINKED = (Path(__file__).resolve().parents[2] / "r2s" / "agents").is_dir()
pytestmark = pytest.mark.skipif(
    not LINKED, reason="the tools find the root folders through the links, which this checkout lacks"
)

LINT_IMPORTS = ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache")
BANNED_IMPORTS = ("-m", "ruff", "check", "--no-cache", "--select", "TID251")


def run(*arguments: str, cwd: Path, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run Python so that `r2s` is the package under `cwd` and not the installed one."""
    variables = os.environ | {"PYTHONPATH": str(cwd), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}
    command = (sys.executable, *arguments)
    return subprocess.run(command, cwd=cwd, env=variables, input=text, capture_output=True, text=True, check=False)


def test_every_package_imports_only_from_the_layers_below_it(repository: Path) -> None:
    result = run(*LINT_IMPORTS, cwd=repository)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 kept, 0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("agents/intruder.py", "r2s.graphs"),
        ("policies/intruder.py", "r2s.agents"),
        ("graphs/intruder.py", "r2s.cli"),
        ("r2s/documents/intruder.py", "r2s.agents"),
    ],
)
def test_an_import_from_a_layer_above_is_caught(module: str, imported: str, copy_checkout: Callable[..., Path]) -> None:
    checkout = copy_checkout()
    (checkout / module).write_text(f"import {imported}\n")

    result = run(*LINT_IMPORTS, cwd=checkout)

    assert result.returncode == 1, result.stdout + result.stderr
    name = module.removeprefix("r2s/").removesuffix(".py").replace("/", ".")
    assert f"r2s.{name} -> {imported}" in result.stdout


@pytest.mark.parametrize(
    "line",
    [
        "import agents",
        "from policies import logic",
        "from graphs.cod import cod_graph",
        "import configs.samples",
    ],
)
def test_a_root_folder_imported_under_a_second_name_is_caught(line: str, repository: Path) -> None:
    result = run(*BANNED_IMPORTS, "--stdin-filename", "r2s/intruder.py", "-", cwd=repository, text=line + "\n")

    assert result.returncode == 1
    assert "TID251" in result.stdout


def test_no_file_of_the_repository_imports_a_root_folder_under_a_second_name(repository: Path) -> None:
    result = run(*BANNED_IMPORTS, ".", cwd=repository)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.slow
def test_a_type_error_in_a_root_folder_is_caught_once(copy_checkout: Callable[..., Path]) -> None:
    checkout = copy_checkout()
    (checkout / "agents" / "intruder.py").write_text('count: int = "three"\n')

    result = run("-m", "pyright", cwd=checkout)

    assert result.returncode == 1, result.stdout + result.stderr
    assert result.stdout.count("intruder.py:1:") == 1
