"""The ledger of a run: what is recorded already, and every new result as it comes, one line each."""

import math
import os
from collections.abc import Mapping
from contextlib import ExitStack
from io import FileIO
from pathlib import Path
from typing import Any

import orjson

from r2s.agents.scene import dialogue_name
from r2s.clock import timestamp
from r2s.errors import ResumeError
from r2s.runs.checksums import sum_line
from r2s.runs.directory import RunDirectory, append_line, open_lines, write_text, writing
from r2s.runs.events import DialogueWaiting, DocumentFailed, Event, Tell, tell_nobody
from r2s.runs.mending import mend
from r2s.runs.summary import Summary
from r2s.samples.flatten import flatten
from r2s.seeds import dialogue_seed
from r2s.trees.tree import ConversationTree, tree_id


class Ledger:
    """The lines of a run: what is recorded already, and every new result as it comes.

    `waiting` counts dialogues that go on in a later run; `is_in_order` tells whether trees stand in the order in which
    the documents came, as far as `has` was asked about them in it; `mended` says what was damaged in the files. By
    `seed`, the run's, its dialogues are called; `watch` hears of all that is noted.
    """

    def __init__(self, directory: RunDirectory, run: str, seed: int, watch: Tell = tell_nobody) -> None:
        self.directory, self.run, self._seed, self._watch = directory, run, seed, watch
        self.summary = Summary()
        self.waiting, self.is_in_order = 0, True
        self._places: dict[str, int] = {}
        self._last_place: float = 0
        self._failed: set[str] = set()
        self._files: dict[str, FileIO] = {}
        self.mended: list[str] = []

    def load(self, retry_failed: bool) -> int:
        """Read what an earlier run left, mending what is damaged; returns how many trees are there.

        Raises `ResumeError` where they are trees of another run.
        """
        directory = self.directory
        self.mended = mend(directory)
        remade = directory.samples.with_name(directory.samples.name + ".tmp")
        with writing(directory.samples):
            with remade.open("w", encoding="utf-8", newline="\n") as samples:
                samples.writelines(_line(row) + "\n" for tree in directory.read_trees() for row in self._known(tree))
            os.replace(remade, directory.samples)
        errors = [error for error in directory.read_errors() if not retry_failed]
        write_text(directory.errors, "".join(_line(error) + "\n" for error in errors))
        for error in errors:
            self.summary.fail(error["kind"])
            self._failed.add(_failure_key(error["document"], error["replicate"], error["kind"]))
        self.summary.spending.read(directory.events)
        return len(self._places)

    def _known(self, tree: ConversationTree) -> list[Any]:
        """Count a tree that is there already; returns its samples."""
        if tree.run != self.run:
            raise ResumeError(f"{self.directory.trees} holds trees of another run; choose another -o")
        rows = list(flatten(tree))
        self.summary.add(tree, len(rows))
        self._places[tree.id] = len(self._places)
        return rows

    def open(self) -> ExitStack:
        """Open the files for new lines."""
        stack = ExitStack()
        for name in ("trees", "tree_sums", "samples", "errors", "events"):
            path: Path = getattr(self.directory, name)
            self._files[name] = stack.enter_context(open_lines(path))
        return stack

    def has(self, document: str, replicate: int) -> bool:
        """Whether a dialogue has been played, or has failed and is not to be tried again."""
        if _failure_key(document, replicate, "dialogue") in self._failed:
            return True
        # What is played now is written behind all that is there.
        place = self._places.get(tree_id(self.run, document, replicate), math.inf)
        self.is_in_order &= place >= self._last_place
        self._last_place = place
        return place < math.inf

    def record(self, event: Event) -> bool:
        """Write one result; False where it was known already."""
        if isinstance(event, DocumentFailed):
            return self._fail(event)
        if isinstance(event, DialogueWaiting):
            self.waiting += 1
            self.note("dialogue_waiting", {"document": event.document, "replicate": event.replicate})
            return True
        tree = event.tree
        rows = list(flatten(tree))
        line = tree.to_json()
        # Before the tree: whoever reads along knows every line that he finds.
        append_line(self._files["tree_sums"], sum_line(line.encode(), tree.id))
        append_line(self._files["trees"], line)
        for row in rows:
            append_line(self._files["samples"], _line(row))
        self.note("dialogue_finished", _finished(tree))
        self.summary.add(tree, len(rows))
        return True

    def _fail(self, event: DocumentFailed) -> bool:
        key = _failure_key(event.document, event.replicate, event.kind)
        if key in self._failed:
            return False
        self._failed.add(key)
        error = {
            "document": event.document,
            "replicate": event.replicate,
            "kind": event.kind,
            "message": event.message,
        }
        append_line(self._files["errors"], _line(error))
        self.note("document_failed", {**error, "dialogue": self._dialogue(event)})
        self.summary.fail(event.kind)
        return True

    def _dialogue(self, event: DocumentFailed) -> str | None:
        """The dialogue that failed; null where the document could not be read, and none was begun."""
        if event.kind == "document":
            return None
        return dialogue_name(event.document, dialogue_seed(self._seed, event.document, event.replicate))

    def note(self, name: str, facts: dict[str, Any]) -> None:
        """Record that something happened, with its time, and tell whoever watches."""
        append_line(self._files["events"], event_line(name, facts))
        self.summary.spending.tell(name, facts)
        self._watch(name, facts)


def _finished(tree: ConversationTree) -> dict[str, Any]:
    totals = tree.totals
    return {
        "document": tree.document.id,
        "dialogue": dialogue_name(tree.document.id, tree.seed),
        "tree": tree.id,
        "turns": totals.turns,
        "calls": totals.calls,
        "prompt_tokens": totals.prompt_tokens,
        "completion_tokens": totals.completion_tokens,
        "cost_usd": totals.cost_usd,
    }


def _failure_key(document: str, replicate: int, kind: str) -> str:
    """Reading and playing fail apart: an unreadable duplicate must not hide the document that was read."""
    return f"{'document' if kind == 'document' else 'dialogue'}\x1f{document}\x1f{replicate}"


def event_line(name: str, facts: Mapping[str, Any]) -> str:
    """What happened, as the events of a run keep it."""
    return _line({"time": timestamp(), "event": name, **facts})


def _line(value: Any) -> str:
    return orjson.dumps(value).decode()
