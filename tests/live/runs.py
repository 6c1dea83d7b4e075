"""A run of `cod_review` on one real model, and what must hold of it whatever the model says."""

import json
import subprocess
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from r2s.agents.candidate import DraftAnswer
from r2s.agents.chairman import ChairAnswer
from r2s.agents.planner import PlanAnswer
from r2s.agents.reviewer import ReviewAnswer, review_of
from r2s.agents.user import UserAnswer
from r2s.models.calls import Call
from r2s.models.journal import schema_name
from r2s.models.journal.tools import records
from r2s.models.request import Sampling, TextAnswer
from r2s.runs.reading import open_run
from tests.live.conftest import DOCUMENT

ANSWERS: dict[str, type[BaseModel]] = {
    schema_name(answer): answer for answer in (PlanAnswer, UserAnswer, DraftAnswer, ChairAnswer)
}
# No schema says that each draft has to have its review: a parrot is asked again where it leaves one out.
ANSWERS[schema_name(review_of(1))] = ReviewAnswer
# What a parrot says has every flaw: nothing is asked again for one, and only an empty message is refused. One draft a
# turn, as a parrot knows one label.
OPTIONS = [
    *("--turns", "2", "--reviewers", "3", "--candidates", "1"),
    *("--set", "policies.stop={kind: max_turns}"),
    *("--set", "policies.acceptance={ask_again: [], refuse: [empty]}"),
]


class Rambling(TextAnswer):
    """A reply that nothing holds to a form."""


# What random weights like best they say for ever; the second time they may not.
CIRCLES = [
    Call([{"role": "user", "content": "What is a lighthouse?"}], Rambling, Sampling(0.0, 60, repeats=repeats), 1)
    for repeats in (None, 3)
]


def times_on_end(said: Sequence[Any]) -> int:
    """How often in a row the most repeated piece of a reply comes."""
    runs = ([said[at] == said[at - size] for at in range(size, len(said))] for size in range(1, len(said) // 2))
    lengths = ((size, len(list(run))) for size, row in enumerate(runs, 1) for same, run in groupby(row) if same)
    return max((1 + length // size for size, length in lengths), default=1)


def play(out: Path, environment: dict[str, str], *model: str) -> dict[str, Any]:
    """The figures of a run of the command line."""
    command = [sys.executable, "-m", "r2s", "run", str(DOCUMENT), "-o", str(out), "--json", *OPTIONS, *model]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


def check_well_formed(out: Path, figures: dict[str, Any]) -> None:
    """Every document gave a dialogue of both its turns; every reply that was used is JSON of its schema as it came."""
    directory = open_run(out)
    (tree,) = directory.read_trees()
    kept = [node for node in tree.nodes if node.status == "kept"]
    calls = {record.key: record for record in records(directory.journal)}

    assert figures["documents"] == {"trees": 1, "failed": 0, "by_kind": {}}
    assert tree.stop.rule == "max_turns"
    assert [node.role for node in kept] == ["user", "assistant"] * 2
    assert all(node.text for node in kept)
    assert {record.role for record in calls.values()} >= {"planner", "user", "candidate", "reviewer", "chairman"}
    for record in calls.values():
        assert record.finish == "stop"
        ANSWERS[record.schema].model_validate_json(record.content)


def prefix_cache(out: Path) -> dict[str, int]:
    """What the metrics of a run say of its one endpoint's prefix cache."""
    (endpoint,) = open_run(out).read_metrics()["endpoints"].values()
    return endpoint["prefix_cache"]
