"""Rare garbage collections while a run plays: a quarter of its time goes into looking for cycles otherwise."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Every call makes a few hundred objects that live as long as it does; Python's own 700 fall due several times a call.
THRESHOLDS = (20_000, 20, 20)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Leave what is there already (libraries, above all) out of collections, and collect what is new less often."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
