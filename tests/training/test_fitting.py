"""Rows that are too long: what gives way, what never does, and what is told."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl", reason="the extra `train` is not installed")

from r2s.documents.document import Passage
from r2s.errors import ConfigError
from r2s.samples.dialogue import Dialogue, dialogues_of
from r2s.samples.targets.gllm import Gllm
from r2s.samples.targets.gllm_turn import GllmTurns
from r2s.samples.targets.messages import Messages
from r2s.samples.targets.target import Target
from r2s.training.corpus import Corpus, make_corpus
from r2s.training.encoding import IGNORED, Encoded, Encoder
from r2s.training.fitting import Dropped, Fitted, Fitter
from r2s.training.settings import load_training_settings
from r2s.training.templates import template_for
from r2s.trees.node import Evidence
from r2s.trees.tree import ConversationTree
from tests.samples.test_targets import changed
from tests.training.conftest import forest

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.xdist_group("training")]

SENTENCES = [f"Sentence number {number} tells of something else again. " for number in range(60)]


@pytest.fixture
def encoder(tokenizer: Any) -> Encoder:
    return Encoder(tokenizer, template_for(tokenizer))


def dialogue(*stands_on: int) -> Dialogue:
    """A dialogue of two turns about a document of sixty sentences; its replies stand on these."""
    text = "".join(SENTENCES)
    starts = [sum(map(len, SENTENCES[:number])) for number in range(len(SENTENCES))]
    passages = tuple(
        Passage(id=f"p{number}", start=start, end=start + len(SENTENCES[number])) for number, start in enumerate(starts)
    )
    spans = [passages[number] for number in stands_on]
    found = [
        Evidence(passage=p.id, start=p.start, end=p.end, quote=text[p.start : p.end], match="exact") for p in spans
    ]
    tree = changed(forest(1)[0], a1={"evidence": tuple(found[:1])}, a2={"evidence": tuple(found[1:])})
    document = tree.document.model_copy(update={"text": text, "passages": passages})
    return next(dialogues_of(tree.model_copy(update={"document": document})))


def fit(target: Target, encoder: Encoder, length: int, given: Dialogue) -> list[Fitted | Dropped]:
    return list(Fitter(target, encoder, length).rows(given))


def words(tokenizer: Any, encoded: Encoded) -> str:
    return tokenizer.decode(encoded.tokens)


def answer(tokenizer: Any, encoded: Encoded) -> Any:
    return json.loads(tokenizer.decode([label for label in encoded.labels if label != IGNORED][:-1]))


def test_a_shortened_document_keeps_the_numbers_that_a_brief_answer_names(encoder: Encoder, tokenizer: Any) -> None:
    (result,) = fit(Gllm(layout="brief"), encoder, 900, dialogue(30, 34))

    assert isinstance(result, Fitted)
    shown = words(tokenizer, result.encoded)
    assert all(f"[p{number}] {SENTENCES[number]}".strip() in shown for number in range(30, 35))
    assert SENTENCES[0] not in shown
    found = [turn["find"] for turn in answer(tokenizer, result.encoded)["turns"]]
    assert found == [[f"[p30] {SENTENCES[30]}"], [f"[p34] {SENTENCES[34]}"]]


def test_a_long_document_is_shortened_to_what_the_dialogue_stands_on(encoder: Encoder, tokenizer: Any) -> None:
    (result,) = fit(Gllm(), encoder, 900, dialogue(30, 34))

    assert isinstance(result, Fitted)
    shown = words(tokenizer, result.encoded)
    assert 600 < len(result.encoded.tokens) <= 900
    assert all(SENTENCES[number] in shown for number in range(30, 35))
    assert SENTENCES[0] not in shown
    assert [turn["B"] for turn in answer(tokenizer, result.encoded)["turns"]] == [
        "first reply 0, and gladly.",
        "second 0",
    ]
    assert result.shortened


def test_a_row_that_fits_is_left_as_it_is(encoder: Encoder) -> None:
    given = dialogue(1, 2)
    (row,) = Gllm().rows([given])

    assert fit(Gllm(), encoder, 10_000, given) == [Fitted(encoder.encode(row), None)]


def test_a_dialogue_that_stands_on_more_than_fits_is_dropped_and_never_cut(encoder: Encoder) -> None:
    (result,) = fit(Gllm(), encoder, 900, dialogue(0, 59))

    assert isinstance(result, Dropped)
    assert "must not be cut does not fit in 900" in result.reason


def test_each_turn_is_shown_its_own_part_of_the_document(encoder: Encoder, tokenizer: Any) -> None:
    first, second = fit(GllmTurns(), encoder, 900, dialogue(0, 59))

    assert isinstance(first, Fitted)
    assert isinstance(second, Fitted)
    assert SENTENCES[0] in words(tokenizer, first.encoded)
    assert SENTENCES[59] in words(tokenizer, second.encoded)
    assert answer(tokenizer, second.encoded)["B"] == "second 0"


def test_a_long_dialogue_loses_whole_turns_from_its_end(encoder: Encoder, tokenizer: Any) -> None:
    given = dialogue(1, 2)
    (whole,) = fit(Messages(), encoder, 10_000, given)
    assert isinstance(whole, Fitted)

    (result,) = fit(Messages(), encoder, len(whole.encoded.tokens) - 1, given)

    assert isinstance(result, Fitted)
    assert result.shortened == "its last 1 of 2 turns"
    assert words(tokenizer, result.encoded).rstrip().endswith("and gladly.<|im_end|>")


def test_a_dialogue_of_which_nothing_new_would_be_left_is_dropped(encoder: Encoder) -> None:
    given = replace(dialogue(1, 2), train=(3,))
    (whole,) = fit(Messages(), encoder, 10_000, given)
    assert isinstance(whole, Fitted)

    (result,) = fit(Messages(), encoder, len(whole.encoded.tokens) - 1, given)

    assert isinstance(result, Dropped)


def corpus(encoder: Encoder, trees: Iterable[ConversationTree], **settings: Any) -> Corpus:
    return make_corpus(trees, load_training_settings(flags=settings), encoder)


def test_what_two_dialogues_of_a_tree_share_is_learned_once(encoder: Encoder, tokenizer: Any) -> None:
    once, twice = (corpus(encoder, forest(1), loss=loss).rows["train"] for loss in ("once", "every"))

    assert [row.tokens for row in once] == [row.tokens for row in twice]
    assert once[0] == twice[0]
    assert "first reply" in str(tokenizer.decode([label for label in twice[1].labels if label != IGNORED]))
    learned = str(tokenizer.decode([label for label in once[1].labels if label != IGNORED]))
    assert "first reply" not in learned
    assert "third reply" in learned


@pytest.mark.parametrize("target", ["dialogue", "gllm_turn"])
def test_each_reply_is_learned_once_in_the_other_targets_too(encoder: Encoder, tokenizer: Any, target: str) -> None:
    rows = corpus(encoder, forest(1), target=target).rows["train"]

    learned = [str(tokenizer.decode([label for label in row.labels if label != IGNORED])) for row in rows]
    assert sum(text.count("first reply") for text in learned) == 1


def test_whatever_is_dropped_is_told_with_its_reason(encoder: Encoder, tmp_path: Path) -> None:
    long = dialogue(0, 59).tree
    filters = {"filters": [{"kind": "language", "only": ["en"]}]}
    chinese = forest(1, start=7)[0]
    chinese = chinese.model_copy(update={"document": chinese.document.model_copy(update={"lang": "zh"})})

    made = corpus(encoder, [*forest(2, start=1), chinese, long, long], length=900, **filters)

    assert {entry["filter"] for entry in made.left_out} >= {"language", "length", "seen before"}
    assert all(entry["reason"] and entry["document"] for entry in made.left_out)
    assert made.figures()["rows"] == {"train": 5}


def test_held_out_documents_are_not_learned_from(encoder: Encoder) -> None:
    made = corpus(encoder, forest(40), held_out=0.5)

    assert made.figures()["rows"]["train"] + made.figures()["rows"]["held_out"] == 80
    assert 5 < made.figures()["documents"]["held_out"] < 35


@pytest.mark.parametrize(
    ("trees", "settings", "said"),
    [
        pytest.param([], {}, "the runs hold no dialogue", id="no trees"),
        pytest.param(forest(2), {"length": 64}, r"all 4 dialogues were dropped.*tokens.*larger length", id="too short"),
        pytest.param(forest(2), {"held_out": 0.999}, "every document is held out", id="all held out"),
        pytest.param(forest(1), {"target": "preference", "dpo.gap": 4.5}, "dpo.gap", id="settings"),
    ],
)
def test_nothing_to_learn_from_is_told_with_why(
    encoder: Encoder, trees: list[ConversationTree], settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        corpus(encoder, trees, **settings)


def test_no_pair_far_enough_apart_is_told(encoder: Encoder) -> None:
    trees = [changed(forest(1)[0], d1={"reviews": ()})]

    with pytest.raises(ConfigError, match="lower"):
        corpus(encoder, trees, target="preference", **{"dpo.rewrites": False})
