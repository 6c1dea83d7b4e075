"""What models are called where no path of this machine may stand: in trees, journal keys and a run's identity."""

import os
import re
from pathlib import PurePath

from r2s.models.batch.address import batch_address

# The built-in baseline, which plays every role by rule: no language model.
BASELINE = "extractive"
# Kinds of models that are named by where their files lie.
BY_PATH = ("hf", "vllm")
# What the names of files are better without.
_UNFIT = re.compile(r"[^\w.-]+")
# Somebody, whoever it is.
ANY_PERSON = "human"
_PERSON = re.compile(r"human(?::[\w.-]{1,64})?")


def known_as(name: str) -> str:
    """The name without its folders: `hf:tiny` for `hf:/home/me/models/tiny`, the same wherever the model is moved to.

    Models whose folders are called the same count as one: two checkpoints that are compared need names of their own.
    """
    if address := batch_address(name):
        return address.name
    kind, _, path = name.partition(":")
    return f"{kind}:{PurePath(os.path.abspath(path)).name}" if kind in BY_PATH and path else name


def is_person(name: str) -> bool:
    """Whether a name stands for a person: `human`, or `human:NAME` where several are to be told apart."""
    return _PERSON.fullmatch(name) is not None


def in_file_names(name: str) -> str:
    """A name as the names of files and folders can have it."""
    return _UNFIT.sub("-", name)
