"""Revision policies: whether the kept draft is spoken as it stands or rewritten under the criticisms."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from r2s.policies.plugged import plugged
from r2s.trees.node import Review

# So many words, or characters, may come into any reply: a correction of a short one takes more than its share.
ROOM = 10


class AsItStands(BaseModel, frozen=True):
    """Speak the kept draft as it is (Review-Instruct: answers are never revised)."""

    kind: Literal["never"] = "never"

    def wanted(self, reviews: Sequence[Review]) -> bool:
        return False

    def longest(self, length: int) -> int:
        return length


class WhenCriticised(BaseModel, frozen=True):
    """Rewrite where at least `share` of the panel voted against the kept draft and says why.

    What is inaccurate is mended even if one reviewer alone sees it: accuracy of at most `accuracy` (1 to 5) is enough.
    A rewrite may be longer than the draft by the share `growth`, or by ten words, and is not spoken if longer still.
    """

    kind: Literal["criticised"] = "criticised"
    share: float = Field(default=0.5, gt=0, le=1)
    accuracy: int = Field(default=3, ge=0, le=5)
    growth: float = Field(default=1 / 3, ge=0)

    def wanted(self, reviews: Sequence[Review]) -> bool:
        explained = [review for review in reviews if review.weaknesses]
        against = [review for review in explained if review.vote == "negative"]
        inaccurate = any(review.scores.get("accuracy", 5) <= self.accuracy for review in explained)
        return inaccurate or (bool(against) and len(against) >= self.share * len(reviews))

    def longest(self, length: int) -> int:
        """The most words that the rewrite of a draft of so many may have."""
        return max(int(length * (1 + self.growth)), length + ROOM)


RevisionPolicy = Annotated[WhenCriticised | AsItStands, Field(discriminator="kind"), *plugged("revision")]
