"""Who plays in an examination: the agents of Review-Instruct."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from r2s.agents.critic import Critic
from r2s.agents.panel import Persona, seats, shipped_personas
from r2s.agents.questioner import Questioner
from r2s.agents.respondent import Respondent
from r2s.agents.seeder import Seeder
from r2s.models.request import Model


@dataclass(frozen=True)
class ReviewTeam:
    """The agents of an examination; without reviewers there is nothing to ask on, and it has one turn."""

    seeder: Seeder
    candidate: Respondent
    reviewers: Sequence[Critic]
    chairman: Questioner

    @cached_property
    def weights(self) -> dict[str, float]:
        """How much each reviewer's word counts, by name."""
        return {reviewer.name: reviewer.persona.weight for reviewer in self.reviewers}


def review_team(
    model_of: Callable[[str], Model], *, reviewers: int = 3, personas: Sequence[Persona] | None = None
) -> ReviewTeam:
    """A team whose roles ask the models that `model_of` gives them by role, a reviewer's by `reviewer:` and persona."""
    panel = seats(personas or shipped_personas(), reviewers)
    return ReviewTeam(
        seeder=Seeder(model_of("seeder")),
        candidate=Respondent(model_of("candidate")),
        reviewers=[Critic(model_of(f"reviewer:{persona.name}"), persona, name) for name, persona in panel],
        chairman=Questioner(model_of("chairman")),
    )
