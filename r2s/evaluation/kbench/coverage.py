"""The coverage rate (CR): how much of a document's text the dialogue conveys, sentence by sentence, without a judge.

A sentence is covered where something that was said comes close enough to it: by the cosine of sentence embeddings, or
by the share of its pairs of signs. Covered characters over all characters are the rate of a dialogue.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Literal

from r2s.documents.passages import split_passages
from r2s.evaluation.embeddings import LEXICAL, Encoder, open_encoder
from r2s.samples.dialogue import Dialogue

Speakers = Literal["B", "AB"]
# The paper's thresholds of the cosine, and the least share of a sentence's pairs of signs.
THRESHOLDS = {"en": 0.75, "zh": 0.85}
LEXICAL_THRESHOLD = 0.6
# The authors cut what has no full stops into pieces of so many characters, in English below so many sentences.
PIECE, FEWEST_SENTENCES = 30, 5
_STOPS = {"en": ". ", "zh": "。"}


@dataclass(frozen=True)
class CoverageSettings:
    """How coverage is measured: the encoder's name (see `open_encoder`), the threshold if not the usual one.

    `speakers` are those whose words count: the assistant's (B), or both. With `paper`, texts are cut as the authors'
    code cuts them, and in English both speakers count.
    """

    encoder: str = LEXICAL
    threshold: float | None = None
    speakers: Speakers = "B"
    paper: bool = False

    @property
    def unusual(self) -> tuple[str, ...]:
        """What is not as usual, in names: results that were measured otherwise are not kept in the same file."""
        named = {
            "encoder": Path(self.encoder).name,
            "threshold": f"from-{self.threshold}",
            "speakers": self.speakers,
            "paper": "paper",
        }
        return tuple(named[each.name] for each in fields(self) if getattr(self, each.name) != each.default)


@dataclass(frozen=True)
class Coverage:
    """A dialogue's rate (0 to 1; null without a document), what it was measured by, and where covered begins."""

    rate: Fraction | None
    encoder: str
    threshold: float


def coverage_of(dialogue: Dialogue, settings: CoverageSettings) -> Coverage:
    """How much of its document a dialogue conveys."""
    language = dialogue.language
    encoder = open_encoder(settings.encoder, language)
    usual = LEXICAL_THRESHOLD if encoder.name == LEXICAL else THRESHOLDS[language]
    threshold = usual if settings.threshold is None else settings.threshold
    sentences, said = _texts(dialogue, settings)
    if encoder.name == LEXICAL:
        covered = [share >= threshold for share in shares_said(sentences, said)]
    else:
        covered = _covered_by_cosine(sentences, said, encoder, threshold)
    return Coverage(covered_share(sentences, covered), encoder.name, threshold)


def covered_share(sentences: Sequence[str], covered: Sequence[bool]) -> Fraction | None:
    """The characters of covered sentences over those of all; null where there are none."""
    total = sum(map(len, sentences))
    if not total:
        return None
    return Fraction(sum(len(text) for text, is_covered in zip(sentences, covered, strict=True) if is_covered), total)


def shares_said(sentences: Sequence[str], said: Sequence[str]) -> list[float]:
    """For each sentence the largest share (0 to 1) of its pairs of signs that one thing said has too."""
    heard = [_pairs(text) for text in said]
    return [_largest_share(_pairs(sentence), heard) for sentence in sentences]


def _largest_share(wanted: Counter[tuple[str, str]], heard: Sequence[Counter[tuple[str, str]]]) -> float:
    if not wanted:
        return 0.0
    return max(((wanted & pairs).total() / wanted.total() for pairs in heard), default=0.0)


def _pairs(text: str) -> Counter[tuple[str, str]]:
    return Counter(pairwise(sign for sign in text.casefold() if sign.isalnum()))


def _covered_by_cosine(sentences: Sequence[str], said: Sequence[str], encoder: Encoder, threshold: float) -> list[bool]:
    if not sentences or not said:
        return [False] * len(sentences)
    likeness = encoder.encode(sentences) @ encoder.encode(said).T
    return [bool(best > threshold) for best in likeness.max(axis=1)]


def _texts(dialogue: Dialogue, settings: CoverageSettings) -> tuple[list[str], list[str]]:
    """The sentences of the document, and those of what was said."""
    document, language = dialogue.tree.document, dialogue.language
    if settings.paper:
        heard = _heard(dialogue, "AB" if language == "en" else "B")
        return paper_sentences(document.text, language), [
            piece for text in heard for piece in paper_pieces(text, language)
        ]
    said = [sentence for text in _heard(dialogue, settings.speakers) for sentence in _sentences(text, language)]
    return [document.text[passage.start : passage.end] for passage in document.passages], said


def _heard(dialogue: Dialogue, speakers: Speakers) -> list[str]:
    return [node.text for node in dialogue.path if speakers == "AB" or node.role == "assistant"]


def _sentences(text: str, language: str) -> list[str]:
    return [text[passage.start : passage.end] for passage in split_passages(text, language)]


def paper_sentences(text: str, language: str) -> list[str]:
    """A document's text cut as the authors' code does it."""
    text = text.replace("\n", "")
    if language == "zh":
        text = text.partition("】")[2] or text
        return text.split("。")[:-1] if "。" in text else _chunks(text)
    sentences = text.split(". ")
    return sentences if len(sentences) >= FEWEST_SENTENCES else _chunks(text)


def paper_pieces(text: str, language: str) -> list[str]:
    """What was said cut as the authors' code does it: the last piece is lost, unless it is the only one."""
    pieces = text.split(_STOPS[language])
    return [piece for piece in pieces[:-1] or pieces if piece]


def _chunks(text: str) -> list[str]:
    return re.findall(rf".{{1,{PIECE}}}", text)
