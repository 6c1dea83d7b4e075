"""What can be counted of a run under way, under the names by which monitoring knows it."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from r2s.runs.meter import Pulse
from r2s.runs.tally import Tally

# Seconds of a call: from a cached reply to a long one of a loaded server; gen_ai.client.operation.duration advises so.
SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)


class Figure(NamedTuple):
    """A counter or a gauge; each value stands under the labels that tell it from the others."""

    name: str
    kind: Literal["counter", "gauge"]
    unit: str
    meaning: str
    values: Mapping[str, float]
    label: str = ""


def figures_of(tally: Tally, pulse: Pulse) -> Iterator[Figure]:
    """All figures now; what is not known is left out."""
    failed = sum(tally.failed.values())
    ended = {"finished": tally.finished, "failed": failed, "waiting": tally.waiting}
    tokens = {"input": tally.prompt_tokens, "output": tally.completion_tokens}
    yield Figure("r2s.dialogues", "counter", "", "Dialogues that ended in this sitting.", ended, "outcome")
    yield Figure("r2s.dialogues.expected", "gauge", "", "Dialogues that the inputs may give.", {"": tally.total})
    yield Figure("r2s.dialogues.recorded", "gauge", "", "Dialogues of earlier sittings.", {"": tally.recorded})
    yield Figure("r2s.turns", "counter", "", "Turns spoken, replayed ones among them.", {"": tally.turns})
    yield Figure("r2s.calls", "counter", "", "Calls made.", {"": pulse.calls})
    yield Figure("r2s.tokens", "counter", "", "Tokens of language models.", tokens, "type")
    yield Figure("r2s.retries", "counter", "", "Attempts made again.", pulse.retries, "kind")
    yield Figure("r2s.replies.unreadable", "counter", "", "Replies without a valid answer.", {"": pulse.unreadable})
    yield Figure("r2s.running", "gauge", "", "1 while the run is played.", {"": float(tally.status is None)})
    if pulse.dollars is not None:
        yield Figure("r2s.cost", "counter", "USD", "Money spent, as far as it is known.", {"": pulse.dollars})
    if pulse.limit is not None:
        yield Figure("r2s.calls.in_flight", "gauge", "", "Calls under way.", {"": pulse.in_flight})
        yield Figure("r2s.calls.limit", "gauge", "", "Calls that may be under way now.", {"": pulse.limit})
