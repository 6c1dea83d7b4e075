"""Writing samples to files."""

from collections.abc import Iterable
from pathlib import Path

import orjson

from r2s.errors import ConfigError
from r2s.samples.flatten import flatten
from r2s.trees.tree import ConversationTree


def write_messages(trees: Iterable[ConversationTree], out: Path) -> int:
    """One `messages` row a line, with its `meta`; returns how many. Raises `ConfigError` if the file cannot be made."""
    count = 0
    try:
        with out.open("wb") as file:
            for tree in trees:
                for row in flatten(tree):
                    file.write(orjson.dumps(row) + b"\n")
                    count += 1
    except OSError as error:
        raise ConfigError(f"cannot write {out}: {error.strerror}; choose another -o") from None
    return count
