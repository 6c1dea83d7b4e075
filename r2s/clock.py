"""The time, as files keep it."""

import time


def timestamp() -> str:
    """The time now: UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
