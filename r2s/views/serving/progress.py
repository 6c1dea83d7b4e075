"""How far a run is: whether it goes on, how much of it is done, how fast it goes."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from r2s.views.serving.site import Site

# So much of the end of the events is looked at, and events that are older than these seconds tell of no speed.
TAIL_BYTES, WINDOW_SECONDS = 128 * 1024, 600.0
ENDS = ("dialogue_finished", "document_failed")


def progress(site: Site, failed: int) -> dict[str, Any]:
    """What the run does now; `state` is its status, or absent before there is one, or gone where its process died."""
    state, done = _state(site), len(site.listing.lines) + failed
    is_running = state == "running"
    pace = _pace(site.directory.events) if is_running else None
    return {
        "state": state,
        "done": done,
        "expected": max(site.expected, done) if is_running else None,
        "a_minute": round(pace, 2) if pace else None,
        "reading": site.listing.is_reading,
        "forking": site.forks.is_playing,
        "goes": state in ("absent", "running") or site.listing.is_reading or site.forks.is_playing,
    }


def _state(site: Site) -> str:
    status = site.manifest.get("status", "absent")
    return "gone" if status == "running" and not site.directory.is_in_use() else status


def _pace(events: Path) -> float | None:
    """Dialogues a minute, of late; null where nobody can tell yet."""
    now = time.time()
    times = [moment for moment in _ends(events) if now - moment < WINDOW_SECONDS]
    return 60 * len(times) / max(now - times[0], 1.0) if len(times) > 1 else None


def _ends(events: Path) -> Iterator[float]:
    """When the last dialogues ended, in seconds since 1970."""
    for line in _tail(events):
        with suppress(ValueError, KeyError, TypeError):
            event = orjson.loads(line)
            if event["event"] in ENDS:
                yield datetime.fromisoformat(event["time"]).timestamp()


def _tail(path: Path) -> list[bytes]:
    with suppress(FileNotFoundError), path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
        return file.read().splitlines()
    return []
