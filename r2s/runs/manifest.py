"""The manifest of a run: what ran, on what, with which versions; and whether a directory holds the same run."""

import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from r2s.clock import timestamp
from r2s.config import UNDECIDING, RunConfig
from r2s.errors import ConfigError, ResumeError
from r2s.models.names import known_as
from r2s.runs.directory import RunDirectory
from r2s.runs.inputs import InputFile
from r2s.settings import read_settings

# Where something lies that counts by what it holds.
PLACES = ("prompts.folder", "policies.casting.file")
SCHEMA = "r2s.run/1"
PACKAGES = ("r2s-dialogues", "langgraph", "langchain-core", "pydantic", "rapidfuzz")


def manifest_of(
    run: str, config: RunConfig, inputs: Sequence[InputFile], known: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The manifest of a run that begins, or that goes on from a `known` one."""
    return {
        "schema": SCHEMA,
        "run": run,
        "configuration": config.identity(),
        "method": config.method,
        "models": config.named_models,
        "seed": config.seed,
        "inputs": [file.model_dump() for file in inputs],
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "started": known["started"] if known else timestamp(),
        "resumed": known["resumed"] + 1 if known else 0,
        **({"forks": known["forks"]} if known and "forks" in known else {}),
    }


def check_same_run(
    directory: RunDirectory,
    known: Mapping[str, Any],
    run: str,
    config: RunConfig,
    inputs: Sequence[InputFile],
    resume: Literal["auto", "never"],
) -> None:
    """Let a run go on where it left off; raises `ResumeError` that names every difference where it is another one."""
    if resume == "never":
        raise ResumeError(f"{directory.path} holds a run already, and --resume never was given; choose another -o")
    if known["run"] == run:
        return
    differences = [*_settings_changed(directory, config), *inputs_changed(known, inputs)]
    told = "; ".join(differences) or "the version of its format"
    raise ResumeError(
        f"{directory.path} holds another run: {told}. Choose another -o, or give the settings and documents it had"
    )


def masked(config: RunConfig) -> dict[str, Any]:
    """The configuration as files show it: an address without the user, password and query it may carry."""
    settings = config.model_dump(mode="json")
    if config.base_url:
        parts = urlsplit(config.base_url)
        settings["base_url"] = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))
    return settings


def _settings_changed(directory: RunDirectory, config: RunConfig) -> list[str]:
    before = _settings_in(directory)
    if before is None:
        return []
    changed = differences(before, config.model_dump(mode="json"))
    return [f"{name} was {old}, now {new}" for name, (old, new) in changed.items()]


def _settings_in(directory: RunDirectory) -> dict[str, Any] | None:
    """What a run was configured with; None where that is gone or cannot be read any more."""
    with suppress(ConfigError):
        return read_settings(directory.config, {})
    return None


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The settings that decide dialogues and are not the same, by dotted name, as they were and as they are."""
    old, new = _deciding(before), _deciding(now)
    return {name: (old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)}


def _deciding(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What decides dialogues, by dotted name; models without their folders, and what else is read without its place."""
    deciding = {name: value for name, value in settings.items() if name not in UNDECIDING}
    personas = [dict(persona) for persona in settings.get("personas") or ()]
    own = {f"reviewer:{persona['name']}": model for persona in personas if (model := persona.pop("model", None))}
    models = {role: known_as(name) for role, name in {**settings["models"], **own}.items()}
    named = flat({**deciding, "models": models, "personas": personas})
    return {name: value for name, value in named if name not in PLACES}


def flat(settings: Any, path: str = "") -> list[tuple[str, Any]]:
    """Settings in groups as dotted names with their values."""
    if not isinstance(settings, dict) or not settings:
        return [(path, settings)]
    return [pair for name, value in settings.items() for pair in flat(value, f"{path}.{name}" if path else name)]


def inputs_changed(known: Mapping[str, Any], inputs: Sequence[InputFile]) -> list[str]:
    """Which files are gone, new or other ones, against those that a manifest knows."""
    old = {file["name"]: file["sha256"] for file in known.get("inputs", [])}
    new = {file.name: file.sha256 for file in inputs}
    gone = [f"{name} is gone" for name in old.keys() - new.keys()]
    added = [f"{name} is new" for name in new.keys() - old.keys()]
    changed = [f"{name} has changed" for name in old.keys() & new.keys() if old[name] != new[name]]
    return sorted([*gone, *added, *changed])
