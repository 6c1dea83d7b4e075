"""Splits by document: what is trained on and what is held out never share one, nor nearly the same one."""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate

from r2s.documents.document import Document
from r2s.documents.duplicates import NearDuplicates
from r2s.documents.language import rules_for
from r2s.trees.tree import TreeDocument


class Splits:
    """Gives each document its split. The shares (which add up to 1) are met as nearly as a hash of ids can.

    A document keeps its split whatever else is exported; the sections of one document stay together. With
    `together`, so do texts that share this much (0 to 1) of their runs of words, all in the split of the first.
    """

    def __init__(self, shares: Mapping[str, float], together: float | None) -> None:
        self._shares = shares
        self._near = NearDuplicates(together) if together is not None and len(shares) > 1 else None
        self._wholes: dict[str, str] = {}
        self._known: dict[str, str] = {}

    def of(self, document: TreeDocument | Document) -> str:
        """The split of a document."""
        if len(self._shares) == 1:
            return next(iter(self._shares))
        whole = document.part.whole if document.part else document.id
        twin = self._twin(document, whole)
        if whole not in self._known:
            self._known[whole] = self._known[twin] if twin else self._split(whole)
        return self._known[whole]

    def _twin(self, document: TreeDocument | Document, whole: str) -> str | None:
        """The earlier document, as a whole, a text of which is nearly the same."""
        if self._near is None or not document.text or document.id in self._wholes:
            return None
        self._wholes[document.id] = whole
        twin = self._near.add(document.id, document.text, rules_for(document.lang))
        return self._wholes[twin.id] if twin else None

    def _split(self, whole: str) -> str:
        place = int.from_bytes(hashlib.blake2s(whole.encode(), digest_size=8).digest()) / 2**64
        names, bounds = list(self._shares), list(accumulate(self._shares.values()))
        # The last bound may lie a rounding error under 1.
        return names[min(bisect_right(bounds, place), len(names) - 1)]
