"""Invented encyclopaedia entries, to train a small GLLM on: templated sentences, with names and figures drawn anew.

    .venv/bin/python -m benchmarks.entries --count 2400 --seed 0 -o entries.jsonl

Nothing in them is true. Names are made of syllables, so that those of one seed hardly occur under another.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).with_suffix(".yaml")
# How many facts follow the first sentence, at the least and at the most.
FACTS = (3, 5)
_SLOT = re.compile(r"\{(([a-z]+)\d*)\}")


def entries(count: int, seed: int) -> Iterator[dict[str, str]]:
    """So many entries as rows with `id`, `title` and `text`; the same call gives the same rows."""
    templates = _data()["entries"]
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        template, drawn = templates[chance.choice(sorted(templates))], Drawn(chance)
        chosen = chance.sample(range(len(template["facts"])), chance.randint(*FACTS))
        sentences = [template["first"], *(template["facts"][at] for at in sorted(chosen))]
        text = " ".join(map(drawn.fill, sentences))
        yield {"id": f"entry-{seed}-{number}", "title": drawn.fill(template["title"]), "text": text}


class Drawn:
    """What stands for the slots of one entry: a slot keeps what was drawn for it first, a figure is always new."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self._known: dict[str, str] = {}

    def fill(self, template: str) -> str:
        """The sentence with its slots filled."""
        return _SLOT.sub(lambda slot: self._value(slot[1], slot[2]), template)

    def _value(self, slot: str, kind: str) -> str:
        if kind in _data()["figures"]:
            figure = self.chance.randint(*_data()["figures"][kind])
            return f"{figure:,}" if kind == "large" else str(figure)
        if kind == "surname":
            return self._value("person", "person").split()[-1]
        return self._known.setdefault(slot, self._drawn(kind))

    def _drawn(self, kind: str) -> str:
        if words := _data()["words"].get(kind):
            return self.chance.choice(words)
        return f"{name(self.chance)} {name(self.chance)}" if kind == "person" else name(self.chance)


def name(chance: random.Random) -> str:
    """An invented name of two or three syllables."""
    onsets, vowels, codas, tails = (
        _data()["syllables"][part].split() for part in ("onsets", "vowels", "codas", "tails")
    )
    middle = chance.choice(["", "", chance.choice(onsets).lower() + chance.choice(vowels)])
    return chance.choice(onsets) + chance.choice(vowels) + middle + chance.choice(codas) + chance.choice(tails)


@cache
def _data() -> dict[str, Any]:
    return yaml.safe_load(DATA.read_text(encoding="utf-8"))


def main() -> None:
    """Write entries as a JSONL file."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--count", type=int, default=2400)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("-o", "--out", type=Path, required=True)
    given = arguments.parse_args()
    rows = (json.dumps(row, ensure_ascii=False) + "\n" for row in entries(given.count, given.seed))
    given.out.write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
