"""Small runs to judge, made by the baseline."""

import asyncio
import json
from pathlib import Path
from typing import Any

from r2s.config import load_config
from r2s.runs.runner import Run
from tests.conftest import LIGHTHOUSE

BRIDGE = "这座桥建于1568年，有七个石墩。石墩把水流分开，冬天能挡住冰。桥上的路面在1804年换过一次。如今只许行人通过。"


def documents(path: Path, count: int) -> Path:
    """A file of so many documents, every third of them Chinese."""
    rows = [
        {"id": f"d{number}", "title": f"桥{number}", "text": BRIDGE}
        if number % 3 == 2
        else {"id": f"d{number}", "title": f"Lighthouse {number}", "text": LIGHTHOUSE}
        for number in range(count)
    ]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def played(folder: Path, name: str = "run", count: int = 3, **settings: Any) -> Path:
    """The directory of a finished run of `count` short dialogues."""
    docs = folder / f"documents-{count}.jsonl"
    if not docs.exists():
        documents(docs, count)
    config = load_config(flags={"turns": 2, "min_turns": 1, **settings})
    asyncio.run(Run([docs], config, folder / name).play())
    return folder / name
