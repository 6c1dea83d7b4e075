"""A clock that is set again and again, up to a year back and forth: put this folder on PYTHONPATH."""

import random
import time

_true, _chance = time.time, random.Random(0)


def _wrong() -> float:
    return _true() + _chance.uniform(-3e7, 3e7)


time.time = _wrong
