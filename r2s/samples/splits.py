"""Splits by document: what is trained on and what is held out never share one, nor nearly the same one."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from r2s.documents.document import Document
from r2s.documents.duplicates import NearDuplicates, signature_of
from r2s.documents.language import rules_for
from r2s.trees.tree import TreeDocument

if TYPE_CHECKING:
    from datasketch import MinHash


class Placed(NamedTuple):
    """A document with its split; `reason` is why it cannot be there, as one of another split is nearly the same."""

    document: TreeDocument | Document
    split: str
    reason: str | None
    signature: MinHash | None


class Splits:
    """Gives each document its split. The shares (which add up to 1) are met as nearly as a hash of ids can.

    The sections of one document stay together. With `together`, so do texts that share this much (0 to 1) of their runs
    of words, all in the split of the first; where a section's document lies in one split and its twin in another, it
    can be in neither. Only what is kept has a twin, so that nothing gives way to what is exported nowhere.
    """

    def __init__(self, shares: Mapping[str, float], together: float | None) -> None:
        self._shares = shares
        # An index a split: texts that are alike are in one, and are seldom looked at where another is asked.
        self._near = {} if together is None or len(shares) == 1 else {name: NearDuplicates(together) for name in shares}
        self._wholes: dict[str, str] = {}
        self._texts: dict[str, tuple[str, str]] = {}

    def of(self, document: TreeDocument | Document) -> Placed:
        """Where a document belongs; until it is kept, this has no bearing on others."""
        is_new = self._near and document.text and _digest(document) not in self._texts
        signature = signature_of(document.text, rules_for(document.lang)) if is_new else None
        twins = self._twins(document, signature)
        split = self._wholes.get(_whole(document)) or next(iter(twins), None) or self._split(_whole(document))
        rivals = (f"nearly the same as {twin}, which is in {name}" for name, twin in twins.items() if name != split)
        return Placed(document, split, next(rivals, None), signature)

    def keep(self, placed: Placed) -> None:
        """Have a document stay in its split, with all that belongs to it."""
        self._wholes[_whole(placed.document)] = placed.split
        if placed.signature is not None:
            key = _digest(placed.document)
            self._texts[key] = placed.split, placed.document.id
            self._near[placed.split].keep(key, placed.signature)

    def _twins(self, document: TreeDocument | Document, signature: MinHash | None) -> dict[str, str]:
        """A document that is nearly the same, of each split that has one."""
        if signature is None:
            same = self._texts.get(_digest(document))
            return dict([same]) if same else {}
        found = {name: next(near.near(signature), None) for name, near in self._near.items()}
        return {name: self._texts[twin.id][1] for name, twin in found.items() if twin}

    def _split(self, whole: str) -> str:
        place = int.from_bytes(hashlib.blake2s(whole.encode(), digest_size=8).digest()) / 2**64
        names, bounds = list(self._shares), list(accumulate(self._shares.values()))
        # The last bound may lie a rounding error under 1.
        return names[min(bisect_right(bounds, place), len(names) - 1)]


def _whole(document: TreeDocument | Document) -> str:
    return document.part.whole if document.part else document.id


def _digest(document: TreeDocument | Document) -> str:
    """By what a text is known again without a comparison: that of another dialogue about it, or of another run."""
    return hashlib.blake2s(document.text.encode(), digest_size=16).hexdigest()
