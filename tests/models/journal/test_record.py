"""Content addresses, and records that come back from their rows as they were."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel, create_model

from r2s.models.journal import call_key, schema_name
from r2s.models.journal.packing import Packed, is_intact, open_text, pack, unpack
from r2s.models.journal.record import CallRecord
from tests.models.journal.calls import call

ASKED: dict[str, Any] = {
    "model": "openai:a",
    "messages": [{"role": "system", "content": "ab"}, {"role": "user", "content": "c"}],
    "schema": "Answer",
    "sampling": {"temperature": 0.7, "max_tokens": 10},
    "seed": 1,
    "sample": 0,
}


def read_back(packed: Packed) -> CallRecord:
    texts = {number: open_text(number, body) or "" for number, body in packed.texts}
    assert packed.row is not None
    return unpack(packed.row, lambda numbers: {number: texts[number] for number in numbers})


def test_a_key_has_32_hexadecimal_digits_and_never_changes() -> None:
    key = call_key(**ASKED)

    assert key == call_key(**ASKED) == "3006ec82d6e92986cf4198677af53abb"


@pytest.mark.parametrize(
    "change",
    [
        {"model": "openai:b"},
        {"messages": [{"role": "system", "content": "a"}, {"role": "user", "content": "bc"}]},
        {"messages": [{"role": "user", "content": "ab"}, {"role": "user", "content": "c"}]},
        {"messages": [{"role": "system", "content": "ab"}]},
        {"schema": "Answer2"},
        {"model": "openai:aAnswer", "schema": ""},
        {"sampling": {"temperature": 0.8, "max_tokens": 10}},
        {"sampling": {"temperature": 0.7, "max_tokens": 10, "top_p": 1.0}},
        {"seed": 2},
        {"seed": None},
        {"seed": 0, "sample": 1},
        {"sample": 1},
    ],
    ids=str,
)
def test_a_key_changes_with_every_part(change: dict[str, Any]) -> None:
    assert call_key(**{**ASKED, **change}) != call_key(**ASKED)


def test_a_key_does_not_depend_on_the_order_in_which_sampling_is_given() -> None:
    assert call_key(**{**ASKED, "sampling": {"max_tokens": 10, "temperature": 0.7}}) == call_key(**ASKED)


def test_half_a_surrogate_pair_has_a_key_of_its_own() -> None:
    keys = {call_key(**{**ASKED, "schema": text}) for text in ("\ud800", "\ud801", "\\ud800", "�")}

    assert len(keys) == 4


def test_a_reply_type_that_changes_has_another_schema_name() -> None:
    one: type[BaseModel] = create_model("Answer", text=(str, ...))
    other: type[BaseModel] = create_model("Answer", text=(int, ...))

    assert schema_name(one).startswith("Answer-")
    assert schema_name(one) != schema_name(other)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"content": ""},
        {"content": "灯塔\x00 \ud83d é", "messages": [{"role": "user", "content": "\ud83d" * 300 + "\n\n\n\n短"}]},
        {"messages": []},
        {"messages": [{"role": "user", "content": ["a", {"type": "image"}], "name": None, "": "x\n\n"}]},
        {"seed": None, "prompt_tokens": None, "completion_tokens": None, "finish": None, "created": 0.125},
        {"sampling": {"stop": ["a"], "temperature": 0}},
    ],
    ids=range(7),
)
def test_a_record_comes_back_as_it_was(changes: dict[str, Any]) -> None:
    record = call(7, **changes)

    assert read_back(pack(record)) == record


def test_no_part_of_a_row_can_change_unseen() -> None:
    row = pack(call(7)).row
    assert row is not None
    other = pack(
        replace(call(8), key="0" * 32, model="x", role="y", created=1.5, prompt_tokens=1, completion_tokens=2)
    ).row
    assert other is not None

    assert is_intact(row)
    for place in range(len(row)):
        changed: Any = (*row[:place], other[place], *row[place + 1 :])
        assert not is_intact(changed), place
        changed = (*row[:place], None, *row[place + 1 :])
        assert not is_intact(changed), place
