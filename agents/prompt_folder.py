"""A folder of prompts of one's own: whatever it does not hold is as shipped."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, model_validator

from r2s.agents.prompt_checks import problems_of
from r2s.agents.prompts import Prompts, shipped_prompts
from r2s.errors import ConfigError


class PromptFolder(BaseModel, frozen=True, extra="forbid"):
    """A folder of prompts of one's own; `sha256` is that of what it holds, found out where it is not given."""

    folder: Path
    sha256: str

    @model_validator(mode="before")
    @classmethod
    def _hashed(cls, given: Any) -> Any:
        settings = {"folder": given} if isinstance(given, str | Path) else given
        if not isinstance(settings, Mapping) or "folder" not in settings:
            return given
        found = read_prompts(Path(settings["folder"])).sha256
        if settings.get("sha256", found) != found:
            raise ConfigError(
                f"the prompts in {settings['folder']} have changed since this configuration was written; "
                "leave sha256 out to use them as they are"
            )
        return {**settings, "sha256": found}

    def read(self) -> Prompts:
        """The prompts as they were when the configuration was made; raises `ConfigError` where they no longer are."""
        prompts = read_prompts(self.folder)
        if prompts.sha256 != self.sha256:
            raise ConfigError(f"the prompts in {self.folder} have changed while they were read; start again")
        return prompts


def read_prompts(folder: Path) -> Prompts:
    """The prompts of a folder; raises `ConfigError` where one cannot be used."""
    files = prompt_files(folder)
    mistakes = [problem for file, text in files.items() for problem in problems_of(file, text) if problem.is_error]
    if mistakes:
        more = f" ({len(mistakes) - 1} more: r2s prompts check {folder})" if len(mistakes) > 1 else ""
        raise ConfigError(f"{folder}/{mistakes[0]}{more}")
    return Prompts(tuple((file, text.strip()) for file, text in files.items()))


def prompt_files(folder: Path) -> dict[str, str]:
    """Every prompt of a folder by file name, also one that is no prompt's name; raises `ConfigError` where none is."""
    if not folder.is_dir():
        raise ConfigError(f"{folder} is no folder of prompts; r2s prompts export {folder} makes one")
    files = dict(_texts(folder))
    if not files:
        raise ConfigError(f"{folder} holds no prompt: names are like planner.en.md; r2s prompts export DIR writes all")
    return files


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.md")):
        if path.name.lower() == "readme.md":
            continue
        try:
            yield path.name, path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: cannot be read: {error}") from None


def write_prompts(folder: Path, force: bool = False) -> list[str]:
    """Write the shipped prompts into a folder and say which; raises `ConfigError` before a changed one is lost."""
    changed = [] if force else [file for file in shipped_prompts() if _is_changed(folder / file)]
    if changed:
        raise ConfigError(f"{folder} has prompts of your own: {', '.join(changed)}; choose another folder, or --force")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in shipped_prompts().items():
            (folder / file).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write to {folder}: {error.strerror}") from None
    return list(shipped_prompts())


def _is_changed(path: Path) -> bool:
    return path.exists() and path.read_text(encoding="utf-8", errors="replace").strip() != shipped_prompts()[path.name]
