"""Finding texts that are nearly the same among very many: MinHash over runs of words, in an index that stays small."""

from typing import Any

from r2s.documents.grams import grams
from r2s.samples.extra import load

# Runs of words, or of letters in Chinese.
_LENGTH = {"en": 5, "zh": 8}
_PERMUTATIONS = 64


class NearTexts:
    """Remembers texts by name; two are near where they share at least `similarity` (0 to 1) of their runs of words.

    The similarity is estimated (64 permutations: within about a tenth).
    """

    def __init__(self, similarity: float) -> None:
        self._sketches = load("datasketch", "finding near-duplicates")
        self._hash = load("xxhash", "finding near-duplicates").xxh32_intdigest
        self._similarity = similarity
        self._index = self._sketches.MinHashLSH(threshold=similarity, num_perm=_PERMUTATIONS)
        self._seen: dict[int, tuple[str, Any]] = {}

    def find_or_add(self, name: str, text: str, language: str) -> str | None:
        """The name of the first text that this one is near to; where there is none, it is remembered itself."""
        sketch = self._sketch(text, language)
        near = (self._seen[key] for key in sorted(self._index.query(sketch)))
        found = next((known for known, other in near if sketch.jaccard(other) >= self._similarity), None)
        if found is None:
            key = len(self._seen)
            self._seen[key] = (name, sketch)
            self._index.insert(key, sketch)
        return found

    def _sketch(self, text: str, language: str) -> Any:
        runs = grams(text, language, _LENGTH[language]) or [text]
        sketch = self._sketches.MinHash(num_perm=_PERMUTATIONS, hashfunc=self._hash)
        sketch.update_batch([(run if isinstance(run, str) else " ".join(run)).encode() for run in runs])
        return self._sketches.LeanMinHash(sketch)
