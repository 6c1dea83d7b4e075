"""Splits by document: what is trained on and what is held out never share one, nor nearly the same one."""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate

from r2s.samples.near import NearTexts
from r2s.trees.tree import TreeDocument


class Splits:
    """Gives each document its split. The shares (which add up to 1) are met as nearly as a hash of ids can.

    A document keeps its split whatever else is exported; the sections of one document (`ID#...`) stay together. With
    `together`, so do texts that share this much (0 to 1) of their runs of words, all in the split of the first.
    """

    def __init__(self, shares: Mapping[str, float], together: float | None) -> None:
        self._shares = shares
        self._near = NearTexts(together) if together is not None and len(shares) > 1 else None
        self._known: dict[str, str] = {}

    def of(self, document: TreeDocument) -> str:
        """The split of a document."""
        if len(self._shares) == 1:
            return next(iter(self._shares))
        if document.id not in self._known:
            self._known[document.id] = self._split(self._group(document))
        return self._known[document.id]

    def _group(self, document: TreeDocument) -> str:
        whole = document.id.partition("#")[0] or document.id
        if self._near is None or not document.text:
            return whole
        language = "zh" if document.lang.startswith("zh") else "en"
        return self._near.find_or_add(whole, document.text, language) or whole

    def _split(self, group: str) -> str:
        place = int.from_bytes(hashlib.blake2s(group.encode(), digest_size=8).digest()) / 2**64
        names, bounds = list(self._shares), list(accumulate(self._shares.values()))
        # The last bound may lie a rounding error under 1.
        return names[min(bisect_right(bounds, place), len(names) - 1)]
