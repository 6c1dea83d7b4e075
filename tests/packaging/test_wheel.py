"""What a user installs: the wheel, the sdist and a checkout without links all hold the same package."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

# The fixtures of this module build once per worker, so one worker runs all of it.
pytestmark = pytest.mark.xdist_group("wheel")

IMPORT_EVERYTHING = """
from importlib.resources import files
import r2s, r2s.agents, r2s.graphs, r2s.policies

print(r2s.__file__)
print(*sorted(path.name for folder in ("agents", "graphs", "policies") for path in files(f"r2s.{folder}").iterdir()))
print(*sorted(path.name for path in files("r2s.configs").iterdir()))
"""


def run(*command: str | Path, cwd: Path, **variables: str) -> str:
    """Run in an environment of its own, so that neither this checkout nor a setting of the user's is seen."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_", "R2S_"))}
    finished = subprocess.run(command, cwd=cwd, env=kept | variables, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def build(kind: str, checkout: Path, folder: Path) -> Path:
    run(sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", folder, cwd=checkout)
    (built,) = folder.iterdir()
    return built


def contents(wheel: Path) -> dict[str, bytes]:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names)), "a file is in the wheel twice"
        return {name: archive.read(name) for name in names}


def source_names(repository: Path, *folders: str) -> set[str]:
    """Name every file under the root folders as the wheel should name it."""
    found = {path for folder in folders for path in (repository / folder).rglob("*") if path.is_file()}
    return {f"r2s/{path.relative_to(repository).as_posix()}" for path in found if "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", repository, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment that sees the dependencies of this one, but R2S only from the wheel."""
    home = tmp_path_factory.mktemp("installed").resolve()
    venv.create(home, symlinks=True, with_pip=False)
    python = home / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps", wheel, cwd=home)
    (packages,) = home.glob("lib/python*/site-packages")
    # A path in a .pth file is searched last, and the .pth files in that folder (an editable install) are not read.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home


def test_the_wheel_holds_every_file_of_the_root_folders_once_and_inside_r2s(wheel: Path, repository: Path) -> None:
    names = {name for name in contents(wheel) if ".dist-info/" not in name}

    assert {name.split("/")[0] for name in names} == {"r2s"}
    assert source_names(repository, "agents", "graphs", "policies", "configs") <= names


def test_the_wheel_carries_the_prompts_and_the_configs(wheel: Path) -> None:
    names = contents(wheel).keys()

    assert any(name.startswith("r2s/agents/") and name.endswith(".md") for name in names)
    assert any(name.startswith("r2s/configs/") and name.endswith(".yaml") for name in names)
    assert any(name.startswith("r2s/configs/samples/") for name in names)


def test_a_checkout_without_links_builds_the_same_wheel(
    wheel: Path, copy_checkout: Callable[..., Path], tmp_path: Path
) -> None:
    checkout = copy_checkout(links=False)

    without_links = build("wheel", checkout, tmp_path / "wheel")

    assert contents(without_links) == contents(wheel)


def test_the_sdist_builds_the_same_wheel(wheel: Path, repository: Path, tmp_path: Path) -> None:
    sdist = build("sdist", repository, tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()

    from_sdist = build("wheel", unpacked, tmp_path / "wheel")

    assert contents(from_sdist) == contents(wheel)


def test_the_installed_wheel_imports_from_its_own_folder_and_finds_its_prompts_and_configs(installed: Path) -> None:
    file, modules, configs = run(installed / "bin" / "python", "-c", IMPORT_EVERYTHING, cwd=installed).splitlines()

    assert Path(file).is_relative_to(installed)
    assert "reviewer.py" in modules
    assert "samples" in configs


def test_the_installed_command_prints_its_help_without_a_key_or_a_checkout(installed: Path) -> None:
    output = run(installed / "bin" / "r2s", "--help", cwd=installed, COLUMNS="120", OPENAI_API_KEY="")

    assert "run" in output
    assert "show" in output


def test_a_checkout_without_links_imports_the_root_folders_as_parts_of_r2s(copy_checkout: Callable[..., Path]) -> None:
    checkout = copy_checkout(links=False)

    file, modules, _ = run(sys.executable, "-c", IMPORT_EVERYTHING, cwd=checkout).splitlines()

    assert (checkout / "r2s" / "agents").is_file()
    assert Path(file).is_relative_to(checkout)
    assert "reviewer.py" in modules
