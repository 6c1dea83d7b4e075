"""Export settings from a file, `--set`, `--filter` and flags, in this order of growing weight."""

from collections.abc import Mapping, Sequence
from typing import Any

from r2s.errors import ConfigError
from r2s.samples.settings import ExportSettings
from r2s.settings import parse_override, put, read_settings, validated


def load_export_settings(
    source: str | None = None,
    overrides: Sequence[str] = (),
    filters: Sequence[str] = (),
    flags: Mapping[str, Any] | None = None,
    *,
    with_card: bool = False,
) -> ExportSettings:
    """The settings of an export, `with_card` under whatever they say; raises `ConfigError` that names every mistake."""
    settings = read_settings(source, {}) if source else {}
    for override in overrides:
        path, value = parse_override(override, "--set", "target.gap=1")
        put(settings, path, value, override)
    if filters:
        settings["filters"] = _with_filters(settings.get("filters") or [], filters)
    for path, value in (flags or {}).items():
        if value is not None:
            put(settings, path.split("."), _shares(value) if path == "split" else value, f"--{path}")
    if with_card and not settings.get("card"):
        settings["card"] = {}
    if settings.get("target"):
        settings["target"].setdefault("kind", "messages")
    return validated(ExportSettings, settings, source or "the export settings")


def _with_filters(listed: Sequence[Mapping[str, Any]], given: Sequence[str]) -> list[dict[str, Any]]:
    """The filters of a file and those of the command line; settings of one kind come together in one filter."""
    filters = {filter.get("kind"): dict(filter) for filter in listed}
    for text in given:
        kind, sign, setting = text.partition(".")
        settings = filters.setdefault(kind, {"kind": kind})
        if sign:
            path, value = parse_override(setting, f"--filter {kind}.", "turns.least=4")
            put(settings, path, value, text)
    return list(filters.values())


def _shares(text: str) -> dict[str, float]:
    pairs = [part.partition("=") for part in text.split(",")]
    try:
        return {name.strip(): float(share) for name, _, share in pairs}
    except ValueError:
        raise ConfigError(f"--split {text}: write it as train=0.9,test=0.1") from None
