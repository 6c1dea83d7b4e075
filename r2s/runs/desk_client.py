"""A run's desk from outside of the process that plays: what is asked, how an answer fares, and what may be decided."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from r2s.agents.panel import seats, shipped_personas
from r2s.config import RunConfig, load_config
from r2s.errors import ConfigError
from r2s.models.desk.control import Control, Take
from r2s.models.desk.folder import DeskFolder
from r2s.models.desk.question import Fault, Given, Question
from r2s.models.names import ANY_PERSON, is_person
from r2s.runs.methods import METHODS
from r2s.runs.reading import open_run

# Seconds in which a run that is being played takes an answer, and between looks whether it has.
PATIENCE, LOOK = 5.0, 0.05

Outcome = Literal["taken", "refused", "kept", "late"]


@dataclass(frozen=True)
class Verdict:
    """What came of an answer: the run took it, refused it for these faults, or will find it when it goes on.

    It is `late` where the question needs no answer any more.
    """

    outcome: Outcome
    faults: tuple[Fault, ...] = ()


class DeskClient:
    """The desk of a run, which may be played at the moment or not; raises `ConfigError` where there is no run."""

    def __init__(self, run: Path) -> None:
        self.directory = open_run(run)
        self.folder = DeskFolder(self.directory.desk)

    @property
    def is_played(self) -> bool:
        """Whether a process plays the run now; one that was killed has left the word behind, but no lock."""
        manifest = self.directory.read_manifest() or {}
        return manifest.get("status") == "running" and self.directory.is_in_use()

    @property
    def roles(self) -> list[str]:
        """Who can be taken over: roles, and the speakers of those that several play."""
        return roles_of(load_config(self.directory.config))

    def questions(self, by: str = ANY_PERSON) -> list[Question]:
        """What waits for an answer of somebody's, oldest first; what is for anybody is for everybody."""
        mine = (ANY_PERSON, by)
        return [
            question
            for question in self.folder.questions()
            if (by == ANY_PERSON or question.to in mine) and not self.folder.has_answer(question.key)
        ]

    def answer(self, key: str, reply: dict[str, Any], by: str) -> Verdict:
        """Give an answer, and wait until the run has taken or refused it, where one is being played."""
        if not self.folder.give(key, Given(by=by, reply=reply)):
            return Verdict("late")
        until = time.monotonic() + PATIENCE
        while self.folder.has_answer(key):
            if time.monotonic() > until or not self.is_played:
                return Verdict("kept")
            time.sleep(LOOK)
        question = self.folder.question(key)
        return Verdict("refused", question.faults) if question else Verdict("taken")

    def control(self) -> Control:
        """What has been decided."""
        return self.folder.control()

    def pause(self) -> Control:
        """Let no call begin; those under way come to their end."""
        return self.folder.change(lambda control: control.pausing(True))

    def resume(self) -> Control:
        """Let everything go on."""
        return self.folder.change(lambda control: control.pausing(False))

    def step(self) -> Control:
        """Let one turn of one dialogue through, the rest being paused."""
        return self.folder.change(lambda control: control.stepping())

    def take(self, role: str, document: str | None = None, by: str = ANY_PERSON) -> Control:
        """Answer in the place of a role's model: in a document's dialogues, or in the dialogue that asks next."""
        if role not in self.roles:
            raise ConfigError(f"nobody plays {role!r} in this run; roles are {', '.join(self.roles)}")
        return self.folder.change(lambda control: control.taking(Take(role=role, document=document, by=by)))

    def give_back(self, role: str, document: str | None = None) -> Control:
        """Let a role's model answer again; what it was asked in the meantime goes to the model."""
        if not any(take.role == role for take in self.control().taken):
            raise ConfigError(f"nobody has taken over {role!r}")
        return self.folder.change(lambda control: control.giving_back(role, document))


def roles_of(config: RunConfig) -> list[str]:
    """Who answers in a run of these settings: roles, and the speakers of those that several play."""
    speakers = {
        "candidate": [f"candidate-{number}" for number in range(1, config.candidates + 1)],
        "reviewer": [name for name, _ in seats(config.personas or shipped_personas(), config.reviewers)],
    }
    return [name for role in METHODS[config.method].roles for name in (role, *speakers.get(role, ()))]


def person_called(name: str | None) -> str:
    """Who answers, as keys and trees name them; raises `ConfigError` where a name cannot be used."""
    person = f"{ANY_PERSON}:{name}" if name else ANY_PERSON
    if not is_person(person):
        raise ConfigError(f"{name!r} is no name for a person: letters, digits, - and _ only, such as ann")
    return person
