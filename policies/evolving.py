"""Evolving policies: by which of Evol-Instruct's operations the next question is made, and what eliminates it."""

import re
from random import Random
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from r2s.documents.words import frequency, stems, words
from r2s.policies.plugged import plugged
from r2s.policies.quality import Flaw
from r2s.policies.steering import Mode

DepthOperation = Literal["add-constraint", "deepen", "concretise", "more-reasoning-steps", "complicate-input"]
BreadthOperation = Literal["new-in-domain"]
Operation = DepthOperation | BreadthOperation

# Words commoner than this on the Zipf scale (16 in ten thousand) carry no matter: articles, pronouns, "what", "can".
STOP_ZIPF = 6.2
# An apology in fewer words than this is taken for the whole of an answer.
APOLOGY_WORDS = 80
_SORRY = {"en": re.compile(r"\bsorry\b", re.IGNORECASE), "zh": re.compile(r"抱歉|对不起|對不起")}


class NoEvolving(BaseModel, frozen=True):
    """The chairman asks as the reviews suggest (Review-Instruct as it is)."""

    kind: Literal["none"] = "none"

    def operation(self, mode: Mode, random: Random) -> Operation | None:
        """None: no question is made by an operation."""
        return None

    def flaws_of(self, question: str, before: str, language: str) -> dict[Flaw, str]:
        """No question is looked over for what an evolved one must have."""
        return {}

    def eliminates(self, answer: str, language: str) -> bool:
        """No answer speaks against its question."""
        return False


class EvolInstruct(BaseModel, frozen=True):
    """Draw an operation for each question among those of its direction, all with the same chance.

    The four rules of elimination: a question without gain over the one before, or in words of the prompt (which every
    question is looked over for), and a question that is answered with a short apology or with no word of matter. What
    fails goes back unevolved: the chairman asks again, without an operation.
    """

    kind: Literal["evol"] = "evol"
    depth: tuple[DepthOperation, ...] = Field(
        default=("add-constraint", "deepen", "concretise", "more-reasoning-steps", "complicate-input"), min_length=1
    )
    breadth: tuple[BreadthOperation, ...] = Field(default=("new-in-domain",), min_length=1)

    def operation(self, mode: Mode, random: Random) -> Operation | None:
        """The operation for a question that goes into this direction."""
        return random.choice(self.depth if mode == "depth" else self.breadth)

    def flaws_of(self, question: str, before: str, language: str) -> dict[Flaw, str]:
        """`no-gain` where the question has no word of matter that the one before it had not."""
        return {} if _matter(question, language) - _matter(before, language) else {"no-gain": ""}

    def eliminates(self, answer: str, language: str) -> bool:
        """Whether an answer shows that its question cannot be answered."""
        if _SORRY[language].search(answer) and len(words(answer, language)) < APOLOGY_WORDS:
            return True
        return not _matter(answer, language)


EvolvingPolicy = Annotated[NoEvolving | EvolInstruct, Field(discriminator="kind"), *plugged("evolving")]


def _matter(text: str, language: str) -> set[str]:
    """The words, stemmed in English, that are no stop words; a figure always carries matter."""
    pairs = zip(words(text, language), stems(text, language), strict=True)
    return {stem for word, stem in pairs if word.isnumeric() or frequency(word, language) < STOP_ZIPF}
