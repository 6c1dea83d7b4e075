"""Diversity, against examples worked by hand and against NLTK."""

import warnings

import numpy
import pytest

from r2s.evaluation.diversity import Sample, distinct, diversity, mean_distance
from r2s.evaluation.embeddings import HashedGrams
from r2s.evaluation.self_bleu import self_bleu
from r2s.evaluation.tags import TagRounds

TEXTS = [
    ["the", "tower", "is", "48", "metres", "high", "and", "stands", "on", "a", "rock"],
    ["the", "tower", "stands", "on", "a", "rock", "in", "the", "sea"],
    ["a", "storm", "broke", "three", "windows", "of", "the", "tower"],
    ["the", "the", "the"],
    ["oil"],
    ["nobody", "lives", "there", "today"],
]


def test_distinct_n_counts_different_runs_over_all() -> None:
    texts = [["a", "b", "a"], ["a", "b"]]

    assert distinct(texts, 1) == pytest.approx(2 / 5)
    assert distinct(texts, 2) == pytest.approx(2 / 3, abs=1e-6)
    assert distinct(texts, 3) == 1
    assert distinct(texts, 4) is None


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_self_bleu_is_that_of_nltk(order: int) -> None:
    bleu = pytest.importorskip("nltk.translate.bleu_score")
    smoothing = bleu.SmoothingFunction().method1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scores = [
            bleu.sentence_bleu(
                [*TEXTS[:place], *TEXTS[place + 1 :]], text, [1 / order] * order, smoothing_function=smoothing
            )
            for place, text in enumerate(TEXTS)
        ]

    assert self_bleu(TEXTS, order) == pytest.approx(sum(scores) / len(scores), abs=1e-6)


def test_self_bleu_of_one_text_over_and_over_is_one_and_of_strangers_none_or_nothing() -> None:
    assert self_bleu([TEXTS[0]] * 3) == pytest.approx(1)
    assert self_bleu([["a", "b"], ["c", "d"]]) == 0
    assert self_bleu([["a", "b"]]) is None


def test_embedding_diversity_is_the_mean_distance_of_all_pairs() -> None:
    vectors = numpy.random.default_rng(0).normal(size=(7, 5))
    vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
    distances = [1 - vectors[i] @ vectors[j] for i in range(7) for j in range(i)]

    assert mean_distance(vectors) == pytest.approx(sum(distances) / len(distances), abs=1e-6)
    assert mean_distance(numpy.array([[1.0, 0], [0, 1]])) == 1
    assert mean_distance(vectors[:1]) is None


def test_a_sample_is_bounded_fair_and_the_same_again() -> None:
    def drawn(size: int) -> list[str]:
        sample = Sample(size)
        for number in range(1000):
            sample.add(str(number))
        assert sample.count == 1000
        return sample.texts

    assert drawn(50) == drawn(50)
    assert len(drawn(50)) == 50
    assert len(drawn(2000)) == 1000
    assert 350 < sum(map(int, drawn(50))) / 50 < 650


def test_what_was_looked_at_is_told_in_both_languages() -> None:
    sample = Sample(2)
    for text in ("灯塔有多高？", "塔身高四十八米。", "为什么用花岗岩？"):
        sample.add(text)

    found = diversity(sample, "zh", HashedGrams("zh"))

    assert (found["texts"], found["sampled"], found["encoder"]) == (3, 2, "lexical")
    assert 0 < found["distinct_1"] <= 1
    assert 0 < found["embedding_diversity"] <= 1


def test_new_tags_of_a_round_are_those_that_no_earlier_round_has() -> None:
    tags = TagRounds()
    tags.add(2, ["cause", "history", "stone"])
    tags.add(1, ["history", "sea"])
    tags.add(3, ["stone", "price"])
    tags.add(1, ["sea"])

    assert tags.count == 5
    assert tags.new_shares() == {1: 2 / 5, 2: 2 / 5, 3: 1 / 5}


def test_the_published_shares_of_new_tags_add_up_as_published() -> None:
    """Review-Instruct, figure 4, by how many tags of a thousand are first seen in each round."""
    published = {"none": (656, 195, 149), "one": (545, 276, 180), "multi": (470, 344, 186)}
    new: dict[str, float] = {}
    for reviewers, counts in published.items():
        tags, begun = TagRounds(), 0
        for turn, count in enumerate(counts, 1):
            tags.add(turn, (str(number) for number in range(begun + count)))
            begun += count
        shares = tags.new_shares()
        assert [round(100 * shares[turn], 1) for turn in (1, 2, 3)] == pytest.approx(
            [count / sum(counts) * 100 for count in counts], abs=0.06
        )
        new[reviewers] = 100 * (shares[2] + shares[3])

    assert new["multi"] - new["none"] == pytest.approx(18.6, abs=0.1)
    assert new["multi"] - new["one"] == pytest.approx(7.5, abs=0.1)
