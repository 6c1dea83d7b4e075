"""What a question is formed of."""

from dataclasses import dataclass

from r2s.models.extractive.english.clause_parts import Clause
from r2s.models.extractive.english.telling import Told


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is formed of: the clause, the thing it is about as the user calls it, and what has been heard."""

    clause: Clause
    thing: str
    told: Told
    answered: str
    heard: str

    def inverted(self, asks: str, kept: str = "", verbs: str | None = None) -> str:
        """The question that begins with `asks` and keeps these words behind the verbs."""
        clause = self.clause
        parts = (asks, clause.auxiliary, self.thing, clause.verbs if verbs is None else verbs, kept)
        return " ".join(part for part in parts if part) + "?"
