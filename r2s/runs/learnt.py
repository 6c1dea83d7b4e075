"""The form in which a GLLM has learnt to write: as configured, else as the record of its training says."""

from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import BaseModel, ValidationError

from r2s.config import RunConfig
from r2s.errors import ConfigError
from r2s.trees.gllm import Layout

# What `r2s train` leaves beside the weights.
RECORD = "train.yaml"
_IN_A_FOLDER = ("hf", "vllm")


class Learnt(NamedTuple):
    """The layout of prompt and reply, and whether thoughts are written down."""

    layout: Layout
    thoughts: bool


class _Record(BaseModel):
    """What of the record counts here."""

    layout: Layout = "full"
    thoughts: bool = True


def learnt_form(config: RunConfig) -> Learnt:
    """The form of the model that plays `gllm`; raises `ConfigError` where its record cannot be read."""
    record, settings = _record(config.model_for("gllm")), config.gllm
    thoughts = record.thoughts if settings.thoughts is None else settings.thoughts
    return Learnt(settings.layout or record.layout, thoughts)


def _record(model: str) -> _Record:
    kind, _, place = model.partition(":")
    file = Path(place).expanduser() / RECORD
    if kind not in _IN_A_FOLDER or not file.is_file():
        return _Record()
    try:
        return _Record.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise ConfigError(
            f"{file}: this record of a training cannot be read ({type(error).__name__}); "
            "say with --set gllm.layout=... gllm.thoughts=... how the model was trained, without the file beside it"
        ) from None
