"""Seeds: every draw follows from the run's seed and from what is drawn, never from when or in which order."""

import hashlib
import random


def derive_seed(*parts: str | int) -> int:
    """A seed of 32 bits that follows from its parts, the same on every machine."""
    joined = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2s(joined.encode(), digest_size=4).digest())


def dialogue_seed(seed: int, document: str, replicate: int) -> int:
    """The seed of a dialogue in a run of this seed."""
    return derive_seed(seed, document, replicate)


def generator(*parts: str | int) -> random.Random:
    """A random generator of its own for what the parts name."""
    return random.Random(derive_seed(*parts))
