"""The parsers that are fuzzed: what they take, what fuzzers found once, and a little of what fuzzers try."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.mutators import mutator
from tests.fuzz.seeds import COMPLETION, PAIR, SHAREGPT, inputs
from tests.fuzz.targets import TARGETS, check

TRIES = 12


def test_every_target_begins_with_inputs_that_it_takes() -> None:
    assert inputs().keys() == TARGETS.keys()
    for target, given in inputs().items():
        assert given
        check(target, given[0])


def _message(message: Any) -> bytes:
    return json.dumps({**COMPLETION, "choices": [{"message": message}]}).encode()


def _line(**row: Any) -> bytes:
    return json.dumps(row).encode()


FOUND: dict[str, tuple[str, bytes]] = {
    "a cross-reference beyond the file": (
        "document.pdf",
        b"%PDF-1.3\n1 0 obj\n<<>>\nstartxref\n" + b"9" * 30 + b"\n%%EOF",
    ),
    "a data set whose part is a way up": ("addresses", b"R/.."),
    "a number beyond all": ("document.json", b'{"": {"text": 1e180591620717411303424}}'),
    "lines in UTF-16 that break off": ("document.jsonl", b"~{\n\x98\xff\xff\x8d"),
    "a history that is a number": ("document.jsonl", _line(**PAIR | {"history": 1e308})),
    "turns that are true": ("pairs", _line(turns=True, instruction=None, question_id=1)),
    "a dialogue that is a number": ("pairs", _line(dialogue=5)),
    "replies that are a number": (
        "pairs",
        _line(message_tree_id="m", prompt={"role": "prompter", "text": "?", "replies": 7}),
    ),
    "a conversation of nothing": ("pairs", _line(**SHAREGPT | {"conversations": [None]})),
    "settings in another encoding": ("configuration", "seed: 1 # é".encode("latin-1")),
    "a date that is none": ("configuration", b"seed: 2024-13-45"),
    "a date that is none, as a flag": ("overrides", b"seed=2024-13-45"),
    "a date that is none, of a population": ("population", b"en: 2024-13-45"),
    "nested without end": ("configuration", b"a: " + b"[" * 5000),
    "no message": ("completions", _message(None)),
    "a message that is a word": ("completions", _message("Hello")),
    "a role that is null": ("completions", _message({"role": None, "content": "Hello"})),
    "parts that are no objects": ("completions", _message({"role": "assistant", "content": ["Hello"]})),
}


@pytest.mark.parametrize(("target", "data"), FOUND.values(), ids=FOUND)
def test_what_was_found_once_is_an_error_that_r2s_knows(target: str, data: bytes) -> None:
    check(target, data)


FILES = sorted(path for path in (Path(__file__).parent / "found").rglob("*") if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_that_were_found_once_are_errors_that_r2s_knows(path: Path) -> None:
    check(path.parent.name, path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_changed_inputs_are_taken_or_refused(target: str) -> None:
    chance = random.Random(target)
    change = mutator(lambda data, most: _cut_or_flipped(data, chance))

    for seed in range(TRIES):
        check(target, change(chance.choice(inputs()[target]), 50_000, seed))


def _cut_or_flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data or b"x")
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed[: chance.randrange(len(changed) // 2, len(changed) + 1)])
