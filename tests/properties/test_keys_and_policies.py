"""Journal keys, consensus and branching, seeds: the same for what is the same, whatever the order it comes in."""

from random import Random
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from r2s.models.journal.packing import Packed, pack, unpack
from r2s.models.journal.record import CallRecord, call_key
from r2s.policies.branching import BranchingPolicy
from r2s.policies.consensus import ConsensusPolicy
from r2s.policies.logic import TargetMix
from r2s.seeds import derive_seed
from r2s.trees.node import LOGIC_TYPES, Review
from tests.properties.strategies import anything, json_values, reviews, texts

messages = st.lists(st.fixed_dictionaries({"role": st.sampled_from(["system", "user"]), "content": texts}), max_size=3)
sampling = st.dictionaries(anything, json_values, max_size=4)
calls = st.tuples(anything, messages, anything, sampling, st.none() | st.integers(0, 2**63), st.integers(0, 9))


def _turned(value: Any) -> Any:
    """The same value with its names in the other order."""
    if isinstance(value, dict):
        return {name: _turned(inner) for name, inner in reversed(value.items())}
    return [_turned(inner) for inner in value] if isinstance(value, list) else value


@given(calls)
def test_the_order_of_names_changes_no_key(call: Any) -> None:
    assert call_key(*_turned(list(call))) == call_key(*call)


@given(calls, calls)
def test_whatever_differs_changes_the_key(one: Any, other: Any) -> None:
    assert (call_key(*one) == call_key(*other)) == (one == other)


@given(messages, anything, st.none() | st.integers(0, 2**40), sampling)
def test_a_record_comes_back_as_it_was_put_and_a_changed_byte_shows(
    asked: Any, said: str, tokens: Any, drawn: Any
) -> None:
    record = CallRecord("0" * 32, "m", "user", "user", asked, "S", drawn, 1, said, tokens, tokens, "stop", 1.5)

    packed = pack(record)

    assert packed.row is not None
    assert unpack(packed.row, _texts_of(packed)) == record


def _texts_of(packed: Packed) -> Any:
    from r2s.models.journal.packing import open_text

    kept = {number: open_text(number, body) for number, body in packed.texts}
    return lambda numbers: {number: kept[number] for number in numbers}


panels = st.dictionaries(st.sampled_from(["d1", "d2", "d3"]), st.lists(reviews, max_size=4), min_size=1)


@given(panels, st.sampled_from(["rank", "mean", "median", "trimmed", "majority", "minimum", "agreement"]))
def test_a_consensus_does_not_hang_on_the_order_of_the_reviews(panel: dict[str, list[Review]], kind: str) -> None:
    policy: Any = TypeAdapter(ConsensusPolicy).validate_python({"kind": kind})
    lengths = dict.fromkeys(panel, 100)

    scores = policy.scores(panel, lengths, {})

    assert scores.keys() == panel.keys()
    turned = {draft: _in_order(given[::-1], kind) for draft, given in panel.items()}
    again = policy.scores({draft: turned[draft] for draft in reversed(panel)}, lengths, {})
    straight = policy.scores({draft: _in_order(given, kind) for draft, given in panel.items()}, lengths, {})
    assert again == straight


def _in_order(given: list[Review], kind: str) -> list[Review]:
    """Trimming cuts one of equal reviewers, the earlier: there the order of equals may count."""
    return sorted(given, key=lambda review: review.model_dump_json()) if kind == "trimmed" else given


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.floats(-5, 5), min_size=1),
    st.sampled_from(["top", "above", "sample"]),
    st.integers(1, 4),
    st.data(),
)
def test_branching_carries_the_kept_draft_first_and_no_draft_twice(
    scores: dict[str, float], kind: str, count: int, data: st.DataObject
) -> None:
    more = {"threshold": 0.0} if kind == "above" else {}
    policy: Any = TypeAdapter(BranchingPolicy).validate_python({"kind": kind, "count": count, **more})
    kept = data.draw(st.sampled_from(sorted(scores)))

    carried = policy.carried(kept, scores, Random(0))

    assert carried[0] == kept
    assert len(carried) == len(set(carried)) <= count
    assert set(carried) <= scores.keys()
    assert carried == policy.carried(kept, scores, Random(0))


@given(st.lists(st.sampled_from(LOGIC_TYPES), max_size=20), st.integers(0, 2**32))
def test_a_mix_always_has_a_type_to_offer_and_none_beyond_its_share(used: list[Any], seed: int) -> None:
    mix = TargetMix()

    offered = mix.choose(used, Random(seed))

    assert offered
    assert len(offered) == len(set(offered))
    if len(offered) < len(LOGIC_TYPES):
        most = max(1.0, mix.max_share * max(len(used) + 1, 3))
        assert all(used.count(type) + 1 <= most for type in offered)


@given(st.lists(anything | st.integers(), max_size=4), st.lists(anything | st.integers(), max_size=4))
def test_seeds_follow_from_what_they_are_made_of_and_nothing_else(one: list[Any], other: list[Any]) -> None:
    assume([str(part) for part in one] != [str(part) for part in other])

    assert derive_seed(5, *one) == derive_seed(5, *one)
    assert derive_seed(5, *one) != derive_seed(5, *other)
