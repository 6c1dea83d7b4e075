"""Invented encyclopaedia entries, to train a small GLLM on: templated sentences, with names and figures drawn anew.

    .venv/bin/python -m benchmarks.entries --count 3000 --seed 0 -o learnt.jsonl
    .venv/bin/python -m benchmarks.entries --count 300 --seed 2 --unlike learnt.jsonl -o unseen.jsonl

Nothing in them is true. Names are made of syllables; those that a file of other entries has can be kept out.
"""

import argparse
import json
import random
import re
from collections.abc import Collection, Iterator
from functools import cache
from itertools import count as numbers
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).with_suffix(".yaml")
# How many facts follow the first sentence, at the least and at the most.
FACTS = (3, 5)
_SLOT = re.compile(r"\{(([a-z]+)\d*)\}")


def entries(count: int, seed: int, unlike: Collection[str] = ()) -> Iterator[dict[str, str]]:
    """Rows with `id`, `title` and `text`, none with a name of `unlike`; the same call gives the same rows."""
    return islice((row for row, names in _all_entries(seed) if names.isdisjoint(unlike)), count)


def _all_entries(seed: int) -> Iterator[tuple[dict[str, str], set[str]]]:
    """Entries without end, each with its names."""
    templates = _data()["entries"]
    for number in numbers():
        chance = random.Random(f"{seed}/{number}")
        template, drawn = templates[chance.choice(sorted(templates))], Drawn(chance)
        chosen = chance.sample(range(len(template["facts"])), chance.randint(*FACTS))
        sentences = [template["first"], *(template["facts"][at] for at in sorted(chosen))]
        text = " ".join(map(drawn.fill, sentences))
        yield {"id": f"entry-{seed}-{number}", "title": drawn.fill(template["title"]), "text": text}, drawn.names


class Drawn:
    """What stands for the slots of one entry: a slot keeps what was drawn for it first, a figure is always new."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.names: set[str] = set()
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
        drawn = [name(self.chance) for _ in range(2 if kind == "person" else 1)]
        self.names.update(drawn)
        return " ".join(drawn)


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
    arguments.add_argument("--count", type=int, default=3000)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--unlike", type=Path, help="a file whose words no name may be")
    arguments.add_argument("-o", "--out", type=Path, required=True)
    given = arguments.parse_args()
    unlike = set(re.findall(r"\w+", given.unlike.read_text(encoding="utf-8"))) if given.unlike else ()
    rows = (json.dumps(row, ensure_ascii=False) + "\n" for row in entries(given.count, given.seed, unlike))
    given.out.write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
