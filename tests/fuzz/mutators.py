"""Changes that get past the first check of a format: inside the files of an archive, and to the values of JSON."""

import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

Mutate = Callable[[bytes, int], bytes]

STRANGE: list[Any] = [
    None,
    True,
    0,
    -1,
    1e308,
    2**70,
    "",
    "a",
    "\ud800",
    "\x00",
    "😀",
    [],
    {},
    [[]],
    {"": {}},
    "x" * 500,
]


def mutator(mutate: Mutate) -> Callable[[bytes, int, int], bytes]:
    """How inputs are changed; `mutate` changes bytes, whatever they mean."""

    def change(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.random() < 0.3:
            return mutate(data, most)
        changed = _in_archive(data, most, chance, mutate) if data[:2] == b"PK" else _in_lines(data, chance)
        return changed if changed is not None and len(changed) <= most else mutate(data, most)

    return change


def _in_archive(data: bytes, most: int, chance: random.Random, mutate: Mutate) -> bytes | None:
    written = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as out:
            names = archive.namelist()
            chosen = chance.choice(names)
            for name in names:
                content = archive.read(name)
                out.writestr(name, mutate(content, most) if name == chosen else content)
    except Exception:  # whatever a damaged archive does to the library: its bytes are changed instead
        return None
    return written.getvalue()


def _in_lines(data: bytes, chance: random.Random) -> bytes | None:
    """One line of JSON, or the whole, with a value put in the place of another, taken out or repeated."""
    lines = data.split(b"\n")
    number = chance.randrange(len(lines))
    try:
        value = json.loads(lines[number])
        lines[number] = json.dumps(_changed(value, chance), ensure_ascii=chance.random() < 0.5).encode(
            "utf-8", "surrogatepass"
        )
    except (ValueError, RecursionError):
        return None
    return b"\n".join(lines)


def _changed(value: Any, chance: random.Random) -> Any:
    if not isinstance(value, dict | list) or not value or chance.random() < 0.15:
        return chance.choice(
            [*STRANGE, [value], {"text": value}, value * 2 if isinstance(value, str | list) else value]
        )
    place = chance.choice(list(value)) if isinstance(value, dict) else chance.randrange(len(value))
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    if chance.random() < 0.1:
        del copy[place]
    elif chance.random() < 0.1 and isinstance(copy, dict):
        copy[chance.choice(["id", "text", "role", "content", "messages", "replies", "data"])] = copy.pop(place)
    else:
        copy[place] = _changed(copy[place], chance)
    return copy
