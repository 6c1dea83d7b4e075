"""Stop policies: when a dialogue is over. Rules combine with `any` and `all`; the rule that fired is recorded."""

from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, Field

from r2s.policies.plugged import plugged


@dataclass(frozen=True, slots=True)
class Progress:
    """What a stop rule may look at after a turn, or before the next one.

    `coverage` is 0 to 1; `matter_left` counts the passages still uncovered; `echo` is how much of the last reply
    (0 to 1) the one before it had said already.
    """

    turn: int
    min_turns: int
    max_turns: int
    coverage: float
    matter_left: int
    user_closed: bool
    goodbyes: int
    echo: float


class Rule(Protocol):
    """A rule answers with its reason when it fires, and with None when it does not."""

    @property
    def kind(self) -> str: ...

    def fires(self, progress: Progress) -> tuple[str, str] | None:
        """The name of the rule that fired and why, or None."""
        ...


class MaxTurns(BaseModel, frozen=True):
    """The dialogue has as many turns as it may have."""

    kind: Literal["max_turns"] = "max_turns"

    def fires(self, progress: Progress) -> tuple[str, str] | None:
        reached = progress.turn >= progress.max_turns
        return (self.kind, f"{progress.turn} of at most {progress.max_turns} turns") if reached else None


class MinTurns(BaseModel, frozen=True):
    """The dialogue has as many turns as it should have at least: inside `all`, a guard against early stops."""

    kind: Literal["min_turns"] = "min_turns"

    def fires(self, progress: Progress) -> tuple[str, str] | None:
        reached = progress.turn >= progress.min_turns
        return (self.kind, f"at least {progress.min_turns} turns") if reached else None


class Covered(BaseModel, frozen=True):
    """The replies convey at least `share` of the document's characters."""

    kind: Literal["coverage"] = "coverage"
    share: float = Field(default=0.9, gt=0, le=1)

    def fires(self, progress: Progress) -> tuple[str, str] | None:
        reached = progress.coverage >= self.share
        return (self.kind, f"{progress.coverage:.0%} of the document conveyed") if reached else None


class UserCloses(BaseModel, frozen=True):
    """The user has what they came for and takes their leave."""

    kind: Literal["user_closes"] = "user_closes"

    def fires(self, progress: Progress) -> tuple[str, str] | None:
        return (self.kind, "the user took their leave") if progress.user_closed else None


class NoNewMatter(BaseModel, frozen=True):
    """Every passage is conveyed: another turn would have nothing to say."""

    kind: Literal["no_new_matter"] = "no_new_matter"

    def fires(self, progress: Progress) -> tuple[str, str] | None:
        return None if progress.matter_left else (self.kind, "every passage is conveyed")


class Echo(BaseModel, frozen=True):
    """The reply says again what was said: at least `share` of its words in runs of four stood in earlier replies."""

    kind: Literal["echo"] = "echo"
    share: float = Field(default=0.6, gt=0, le=1)

    def fires(self, progress: Progress) -> tuple[str, str] | None:
        reached = progress.echo >= self.share
        return (self.kind, f"{progress.echo:.0%} of the reply had been said before") if reached else None


class RepeatedGoodbye(BaseModel, frozen=True):
    """The two sides have begun to thank each other and say goodbye, `count` times by now."""

    kind: Literal["repeated_goodbye"] = "repeated_goodbye"
    count: int = Field(default=2, ge=1)

    def fires(self, progress: Progress) -> tuple[str, str] | None:
        reached = progress.goodbyes >= self.count
        return (self.kind, f"{progress.goodbyes} goodbyes") if reached else None


class AnyOf(BaseModel, frozen=True):
    """Fires as soon as one of its rules does, under that rule's name."""

    kind: Literal["any"] = "any"
    rules: tuple["StopPolicy", ...] = Field(min_length=1)

    def fires(self, progress: Progress) -> tuple[str, str] | None:
        return next((fired for rule in self.rules if (fired := rule.fires(progress))), None)


class AllOf(BaseModel, frozen=True):
    """Fires when all of its rules do, under the last one's name: put guards first and the rule that matters last."""

    kind: Literal["all"] = "all"
    rules: tuple["StopPolicy", ...] = Field(min_length=1)

    def fires(self, progress: Progress) -> tuple[str, str] | None:
        fired = [rule.fires(progress) for rule in self.rules]
        return fired[-1] if all(fired) else None


StopPolicy = Annotated[
    AnyOf | AllOf | MaxTurns | MinTurns | Covered | UserCloses | NoNewMatter | Echo | RepeatedGoodbye,
    Field(discriminator="kind"),
    *plugged("stop"),
]
AnyOf.model_rebuild()
AllOf.model_rebuild()

DEFAULT_STOP = AnyOf(
    rules=(
        MaxTurns(),
        NoNewMatter(),
        Echo(),
        RepeatedGoodbye(),
        AllOf(rules=(MinTurns(), AnyOf(rules=(Covered(), UserCloses())))),
    )
)
