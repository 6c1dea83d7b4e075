"""How much of a run's prompts a prefix cache can serve: what opens with the same words as an earlier prompt."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from r2s.models.request import Messages

# Caches keep blocks of tokens (vLLM: 16); this many bytes of UTF-8 are about as much, in English and in Chinese.
BLOCK = 64
# The blocks that a cache has room for: four million tokens, more than fit beside a model on one GPU.
ROOM = 1 << 18


class CacheCounts(NamedTuple):
    """Prompt tokens that a server or an engine looked up in its prefix cache so far, and those it found there."""

    looked_up: int
    found: int

    def since(self, before: "CacheCounts") -> "CacheCounts | None":
        """What came on top of earlier counts; None where counting has begun anew, as it does when a server starts."""
        looked_up, found = self.looked_up - before.looked_up, self.found - before.found
        return CacheCounts(looked_up, found) if min(looked_up, found) >= 0 else None


class PrefixCache:
    """A large cache, block by block: what it could serve is the most that a real one does.

    It holds the `room` blocks that were used last and at most about as many others: memory does not grow with the run.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._recent, self._older = set[bytes](), set[bytes]()
        self.size = self.served = 0

    def add(self, messages: Messages) -> None:
        """Count one prompt, and remember it for those after it."""
        prompt = _bytes(messages)
        blocks = _chained(prompt)
        recent, older = self._recent, self._older
        hits = next((place for place, one in enumerate(blocks) if one not in recent and one not in older), len(blocks))
        recent.update(blocks)
        if len(recent) >= self._room:
            self._recent, self._older = set(), recent
        self.size += len(prompt)
        self.served += hits * BLOCK

    @property
    def share(self) -> float | None:
        """The share of all prompt bytes (0 to 1) that stood at the head of an earlier prompt; null without any."""
        return round(self.served / self.size, 4) if self.size else None


def servable_share(prompts: Iterable[Messages]) -> float | None:
    """What a large cache could serve of these prompts, in the order in which they were asked."""
    cache = PrefixCache()
    for messages in prompts:
        cache.add(messages)
    return cache.share


def _bytes(messages: Messages) -> bytes:
    return "\x1e".join(message["content"] for message in messages).encode("utf-8", "surrogatepass")


def _chained(prompt: bytes) -> Sequence[bytes]:
    """A name for every whole block that stands for all of the prompt up to its end."""
    names, digest = [], hashlib.blake2b(digest_size=8)
    for start in range(0, len(prompt) - BLOCK + 1, BLOCK):
        digest.update(prompt[start : start + BLOCK])
        names.append(digest.digest())
    return names
