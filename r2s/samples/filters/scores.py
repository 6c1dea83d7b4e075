"""Filters on what the reviewers said: the scores of the kept replies, and how far the panel was apart."""

from statistics import fmean
from typing import Literal

from pydantic import Field

from r2s.samples.dialogue import Dialogue
from r2s.samples.filters.filter import Filter
from r2s.trees.node import mean_score


class Scores(Filter, frozen=True):
    """The mean score of all replies is at least `least` (1 to 5), that of each reply at least `worst`."""

    kind: Literal["scores"] = "scores"
    least: float = Field(default=1, ge=1, le=5)
    worst: float = Field(default=1, ge=1, le=5)
    unreviewed: Literal["drop", "keep"] = "drop"

    def refuses(self, dialogue: Dialogue) -> str | None:
        scores = [score for reply in dialogue.replies if (score := mean_score(reply)) is not None]
        if not scores:
            return "nobody reviewed it" if self.unreviewed == "drop" else None
        if fmean(scores) < self.least:
            return f"mean score {fmean(scores):.2f} is under {self.least:g}"
        return f"a reply scores {min(scores):.2f}, under {self.worst:g}" if min(scores) < self.worst else None


class Dissent(Filter, frozen=True):
    """On no kept reply were the reviewers further apart than `most` (standard deviation of their mean scores)."""

    kind: Literal["dissent"] = "dissent"
    most: float = Field(default=1, ge=0)

    def refuses(self, dialogue: Dialogue) -> str | None:
        dissent = max((node.chair.dissent for node in dialogue.replies if node.chair), default=0.0)
        return f"dissent {dissent:.2f} is over {self.most:g}" if dissent > self.most else None
