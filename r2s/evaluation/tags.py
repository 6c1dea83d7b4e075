"""What each round of dialogues brings that no earlier round had, by tags (Review-Instruct, after InsTag)."""

from collections import Counter
from collections.abc import Iterable


class TagRounds:
    """The first round in which each tag occurs, over all dialogues; memory grows with the tags there are."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}

    def add(self, round: int, tags: Iterable[str]) -> None:
        """Count what a dialogue's round (from 1) is tagged with, in any order of dialogues and rounds."""
        for tag in tags:
            self._first[tag] = min(round, self._first.get(tag, round))

    @property
    def count(self) -> int:
        return len(self._first)

    def new_shares(self) -> dict[int, float]:
        """For each round the tags that no earlier round has, over all tags: |tags_r - earlier| / |all|."""
        rounds = Counter(self._first.values())
        return {round: round_count / self.count for round, round_count in sorted(rounds.items())}
