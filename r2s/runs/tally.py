"""What has happened in a run so far, counted from its events: as they come, or read from its file by somebody else."""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

# So many dialogues that spoke last are kept in mind.
LATEST = 4
# Before any dialogue has ended, it is taken to have as many turns as it may.
MOST_TURNS = 12


@dataclass
class Tally:
    """Counts of one sitting: a run that is resumed begins a new one, with what is `recorded` already.

    `calls` and tokens are those of language models that were made in this sitting; `cost` is that of the dialogues that
    ended in it, null once one is unknown. `latest` are the turns spoken last, one a dialogue, and `in_play` counts the
    turns of dialogues whose result is still to come; `ended` dialogues had `ended_turns`. `status` is null while the
    run is played, and it `is_cut_off` while an endpoint is gone.
    """

    total: int = 0
    most_turns: int = MOST_TURNS
    run: str = ""
    method: str = ""
    recorded: int = 0
    finished: int = 0
    waiting: int = 0
    turns: int = 0
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = 0.0
    unreadable: int = 0
    retries: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    last_error: str = ""
    status: str | None = None
    message: str = ""
    in_play: Counter[str] = field(default_factory=Counter)
    latest: deque[Mapping[str, Any]] = field(default_factory=lambda: deque(maxlen=LATEST))
    ended: int = 0
    ended_turns: int = 0
    is_cut_off: bool = False

    def tell(self, name: str, facts: Mapping[str, Any]) -> None:
        """Count one event; those that nothing is counted for are passed over."""
        if count := _COUNTED.get(name):
            count(self, facts)

    @property
    def done(self) -> int:
        """Dialogues that are settled for this sitting, those of earlier ones among them."""
        return self.recorded + self.finished + self.waiting + sum(self.failed.values())

    @property
    def turns_a_dialogue(self) -> float:
        """Turns of a dialogue: the mean of those that ended, and the most there may be while none has."""
        return self.ended_turns / self.ended if self.ended else self.most_turns

    def turns_left(self, dialogues: int) -> float:
        """About how many turns are still to be spoken where so many dialogues are not done yet."""
        mean = self.turns_a_dialogue
        playing = list(self.in_play.values())
        begun = sum(max(0.0, mean - turns) for turns in playing)
        return begun + mean * max(0, dialogues - len(playing))

    def _started(self, facts: Mapping[str, Any]) -> None:
        self.run, self.method = facts["run"], facts["method"]
        self.total, self.most_turns = facts["dialogues"], facts["turns"]
        self.recorded = facts["trees"] + facts["failed"]
        self.finished = self.waiting = 0
        self.status, self.message, self.is_cut_off = None, "", False
        self.failed.clear()
        self.in_play.clear()

    def _turn(self, facts: Mapping[str, Any]) -> None:
        self.turns += 1
        self.in_play[facts["dialogue"]] += 1
        others = [turn for turn in self.latest if turn["dialogue"] != facts["dialogue"]]
        # Replaced as a whole: whoever draws it may be another thread.
        self.latest = deque([*others, facts], maxlen=LATEST)

    def _call(self, facts: Mapping[str, Any]) -> None:
        self.calls += 1
        self.prompt_tokens += facts["prompt_tokens"] or 0
        self.completion_tokens += facts["completion_tokens"] or 0

    def _finished(self, facts: Mapping[str, Any]) -> None:
        self.finished += 1
        self.ended += 1
        # A run of an earlier version did not tell what its dialogues cost.
        self.ended_turns += self.in_play.pop(facts.get("dialogue", ""), facts["turns"])
        cost = facts.get("cost_usd")
        self.cost = None if cost is None or self.cost is None else self.cost + cost

    def _waiting(self, facts: Mapping[str, Any]) -> None:
        self.waiting += 1

    def _failed(self, facts: Mapping[str, Any]) -> None:
        self.failed[facts["kind"]] += 1
        self.last_error = f"{facts['document']}: {facts['message']}"

    def _retry(self, facts: Mapping[str, Any]) -> None:
        self.retries[facts["kind"]] += 1

    def _unreadable(self, facts: Mapping[str, Any]) -> None:
        self.unreadable += 1
        self.last_error = f"{facts['speaker']}: {facts['fault']}"

    def _cut_off(self, facts: Mapping[str, Any]) -> None:
        self.last_error, self.is_cut_off = facts["failure"], True

    def _back(self, facts: Mapping[str, Any]) -> None:
        self.is_cut_off = False

    def _ended(self, facts: Mapping[str, Any]) -> None:
        self.status, self.message = facts["status"], facts["message"]


_COUNTED: dict[str, Callable[[Tally, Mapping[str, Any]], None]] = {
    "started": Tally._started,
    "turn": Tally._turn,
    "call": Tally._call,
    "dialogue_finished": Tally._finished,
    "dialogue_waiting": Tally._waiting,
    "document_failed": Tally._failed,
    "retry": Tally._retry,
    "unreadable": Tally._unreadable,
    "circuit_opened": Tally._cut_off,
    "circuit_closed": Tally._back,
    "ended": Tally._ended,
}
