"""Near-duplicates: texts that share most of their runs of words or characters, found by MinHash."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from r2s.documents.normal import one_line
from r2s.errors import ConfigError

if TYPE_CHECKING:
    from datasketch import MinHash

# Runs of this many words, in Chinese of characters: long enough that texts on one subject do not share them by chance.
RUN = {"en": 3, "zh": 4}
# 64 values tell a similarity to within a tenth, and take 512 bytes a document.
PERMUTATIONS = 64


class Twin(NamedTuple):
    """An earlier text that is nearly the same; `similarity` is the share of common runs, 0 to 1, as estimated."""

    id: str
    similarity: float


class NearDuplicates:
    """Holds a signature of every text that is kept; memory grows by about 3 kB a text, whatever its length."""

    def __init__(self, similarity: float) -> None:
        try:
            from datasketch import MinHashLSH
        except ImportError:
            advice = "install it with: pip install 'r2s-dialogues[data]'"
            raise ConfigError(f"near-duplicates are found by datasketch; {advice}") from None

        self._similarity = similarity
        self._index = MinHashLSH(threshold=similarity, num_perm=PERMUTATIONS)
        self._signatures: dict[str, MinHash] = {}

    def add(self, id: str, text: str, language: str) -> Twin | None:
        """The likest earlier text, if one is near; a text that has one is not kept itself."""
        signature = signature_of(text, language)
        twin = min(self.near(signature), key=_rank, default=None)
        if twin is None:
            self.keep(id, signature)
        return twin

    def near(self, signature: MinHash) -> Iterator[Twin]:
        """Each text kept so far that is near, found as it is asked for."""
        for id in sorted(str(key) for key in self._index.query(signature)):
            similarity = signature.jaccard(self._signatures[id])
            if similarity >= self._similarity:
                yield Twin(id, similarity)

    def keep(self, id: str, signature: MinHash) -> None:
        """Keep a text, by its signature."""
        self._index.insert(id, signature)
        self._signatures[id] = signature


def _rank(twin: Twin) -> tuple[float, str]:
    return -twin.similarity, twin.id


def signature_of(text: str, language: str) -> MinHash:
    """By what a text is compared with others of its language."""
    from datasketch import MinHash

    signature = MinHash(num_perm=PERMUTATIONS, hashfunc=zlib.crc32)
    signature.update_batch(sorted({run.encode() for run in runs(text, language)}))
    return signature


def runs(text: str, language: str) -> set[str]:
    """The runs of words, or of characters in Chinese, that a text is compared by; of a shorter text, all of it."""
    plain = one_line(text).lower()
    length = RUN.get(language, RUN["en"])
    if language == "zh":
        characters = "".join(character for character in plain if character.isalnum())
        return {characters[start : start + length] for start in range(max(1, len(characters) - length + 1))}
    words = plain.split()
    return {" ".join(words[start : start + length]) for start in range(max(1, len(words) - length + 1))}
