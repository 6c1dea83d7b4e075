"""Who plays and by which rules: what a graph is built from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from r2s.agents.assistant import Assistant
from r2s.agents.candidate import Candidate
from r2s.agents.chairman import Chairman
from r2s.agents.panel import Persona, seats, shipped_personas
from r2s.agents.planner import Planner
from r2s.agents.reviewer import Reviewer
from r2s.agents.search_find import SearchFind
from r2s.agents.user import User
from r2s.models.request import Model
from r2s.policies.acceptance import Acceptance
from r2s.policies.branching import BranchingPolicy, KeepBest
from r2s.policies.consensus import ConsensusPolicy, RankScore
from r2s.policies.evolving import EvolvingPolicy, NoEvolving
from r2s.policies.logic import LogicPolicy, TargetMix
from r2s.policies.revision import RevisionPolicy, WhenCriticised
from r2s.policies.steering import SteeringPolicy, VoteSteering
from r2s.policies.stopping import DEFAULT_STOP, StopPolicy


@dataclass(frozen=True)
class Rules:
    """The policies of a dialogue and the numbers that bound it."""

    min_turns: int = 8
    max_turns: int = 12
    logic: LogicPolicy = field(default_factory=TargetMix)
    acceptance: Acceptance = field(default_factory=Acceptance)
    consensus: ConsensusPolicy = field(default_factory=RankScore)
    steering: SteeringPolicy = field(default_factory=VoteSteering)
    revision: RevisionPolicy = field(default_factory=WhenCriticised)
    branching: BranchingPolicy = field(default_factory=KeepBest)
    stop: StopPolicy = DEFAULT_STOP
    quorum: float = 0.5
    evolving: EvolvingPolicy = field(default_factory=NoEvolving)


@dataclass(frozen=True)
class Team:
    """The agents of a dialogue; without reviewers there is no review and no chairman."""

    planner: Planner
    user: User
    search_find: SearchFind
    candidates: Sequence[Candidate]
    reviewers: Sequence[Reviewer]
    chairman: Chairman
    assistant: Assistant

    @cached_property
    def weights(self) -> dict[str, float]:
        """How much each reviewer's word counts, by name."""
        return {reviewer.name: reviewer.persona.weight for reviewer in self.reviewers}


def most_calls_a_turn(attempts: int, candidates: int, reviewers: int) -> int:
    """The calls of a turn where everybody is asked as often as may be, the reply rewritten, and checked once more."""
    panel = reviewers + 1 + attempts + 1 if reviewers else 0
    return attempts * (2 + candidates) + panel


def team(
    model_of: Callable[[str], Model],
    *,
    reviewers: int = 3,
    candidates: int = 2,
    personas: Sequence[Persona] | None = None,
    find: int = 3,
) -> Team:
    """A team whose roles ask the models that `model_of` gives them by role, a reviewer's by `reviewer:` and persona."""
    panel = seats(personas or shipped_personas(), reviewers)
    return Team(
        planner=Planner(model_of("planner")),
        user=User(model_of("user")),
        search_find=SearchFind(find),
        candidates=[Candidate(model_of("candidate"), number) for number in range(1, candidates + 1)],
        reviewers=[Reviewer(model_of(f"reviewer:{persona.name}"), persona, name) for name, persona in panel],
        chairman=Chairman(model_of("chairman")),
        assistant=Assistant(model_of("assistant")),
    )
