"""Settings as people write them: YAML files, `a.b=c` overrides and flags, checked by a pydantic model."""

import difflib
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from r2s.errors import ConfigError

Settings = TypeVar("Settings", bound=BaseModel)
# What is wrong with a group of settings that may be of several kinds.
_KINDS = {
    "union_tag_invalid": "there is no {discriminator} {tag}; there are {expected_tags}",
    "union_tag_not_found": "say its {discriminator} as well: its settings depend on it",
}


def read_settings(source: str | Path, shipped: Mapping[str, str]) -> dict[str, Any]:
    """The settings of a YAML file, or of a shipped text by its name; raises `ConfigError` where there is neither."""
    path = Path(source)
    if path.is_file():
        text = _text_of(path)
    elif str(source) in shipped:
        text = shipped[str(source)]
    else:
        known = f" or one of {', '.join(shipped)}" if shipped else ""
        raise ConfigError(f"no configuration {source!s}: give a YAML file{known}")
    settings = parse_yaml(text, f"{source}: this is no YAML") or {}
    if not isinstance(settings, dict):
        raise ConfigError(f"{source}: expected settings by name, found {type(settings).__name__}")
    return settings


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is no text in UTF-8; save it as such") from None


def parse_yaml(text: str, complaint: str) -> Any:
    """The value of a YAML text; raises `ConfigError` that begins with the complaint where it has none."""
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:  # a date that is none is a ValueError
        raise ConfigError(f"{complaint}: {error}") from None


def shipped(folder: Traversable, path: str = "") -> dict[str, str]:
    """The YAML files of a folder of the package and of those in it, by their path without the ending, in order."""
    texts: dict[str, str] = {}
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.name.endswith(".yaml"):
            texts[path + item.name.removesuffix(".yaml")] = item.read_text(encoding="utf-8")
        elif item.is_dir():
            texts.update(shipped(item, f"{path}{item.name}/"))
    return dict(sorted(texts.items()))


def parse_override(override: str, flag: str, example: str) -> tuple[list[str], Any]:
    """The path and the value of `a.b=c`, as `flag` was given it; the value is YAML."""
    name, sign, value = override.partition("=")
    if not sign or not name:
        raise ConfigError(f"{flag} {override}: write it as name=value, such as {example}")
    return name.split("."), parse_yaml(value, f"{flag} {override}: the value is no YAML")


def put(settings: dict[str, Any], path: list[str], value: Any, where: str) -> None:
    """Set one value, making the groups on the way to it."""
    for name in path[:-1]:
        inner = settings.setdefault(name, {})
        if not isinstance(inner, dict):
            raise ConfigError(f"{where}: {name} is no group of settings")
        settings = inner
    settings[path[-1]] = value


def merged(settings: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with the changes in them: groups of both are merged, but for those that name a kind."""
    inner = {
        name: merged(settings[name], value)
        for name, value in changes.items()
        if isinstance(value, Mapping) and isinstance(settings.get(name), Mapping) and "kind" not in value
    }
    return {**settings, **changes, **inner}


def validated(model: type[Settings], settings: Mapping[str, Any], where: str) -> Settings:
    """The settings as their model; raises `ConfigError` that names every mistake with its place."""
    try:
        return model.model_validate(settings)
    except ValidationError as error:
        found = error.errors(include_url=False)
        # A default that follows from a wrong value is no mistake of its own.
        problems = [_problem(one, model) for one in found if one["type"] != "default_factory_not_called"]
        raise ConfigError(f"{where}: " + "; ".join(problems)) from None


def _problem(problem: Mapping[str, Any], model: type[BaseModel]) -> str:
    path = ".".join(str(part) for part in problem["loc"])
    if problem["type"] in _KINDS:
        return f"{path}: {_KINDS[problem['type']]}".format(**problem.get("ctx", {})).replace("'", "")
    if problem["type"] != "extra_forbidden":
        return f"{path and path + ': '}{problem['msg'].removeprefix('Value error, ')}"
    near = difflib.get_close_matches(str(problem["loc"][-1]), sorted(_names(model)), n=1)
    return f"there is no setting {path}" + (f"; did you mean {near[0]}?" if near else "")


def _names(model: type[BaseModel]) -> set[str]:
    """Every setting's name in a model, and in the models that its settings may be."""
    names: set[str] = set()
    seen: set[Any] = set()
    left: list[Any] = [model]
    while left:
        annotation = left.pop()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in seen:
            seen.add(annotation)
            names.update(annotation.model_fields)
            left.extend(field.annotation for field in annotation.model_fields.values())
        left.extend(get_args(annotation))
    return names
