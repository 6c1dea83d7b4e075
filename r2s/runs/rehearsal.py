"""A rehearsal of prompts: every method played, and every judge asked, by the baseline about the sample documents.

So the roles, what their agents pass and what they must answer are those of the methods themselves, in no second list.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from r2s.agents.answer_forms import faults_of_form
from r2s.agents.auditor import Auditor
from r2s.agents.battle import Battle
from r2s.agents.judge import Judge
from r2s.agents.persona_judge import PersonaJudge
from r2s.agents.prompt_checks import SEPARATOR, Problem, problems_of, shape_of
from r2s.agents.prompt_folder import prompt_files
from r2s.agents.prompts import Prompted, Prompts
from r2s.agents.reader import Reader
from r2s.agents.scene import Scene
from r2s.agents.tagger import Tagger
from r2s.config import load_config
from r2s.documents import Document, Message, Takes
from r2s.documents.raw import RawDocument
from r2s.documents.readers import make_document
from r2s.models.extractive.model import ExtractiveModel
from r2s.models.names import BASELINE
from r2s.models.prompt import Line, names_in
from r2s.models.request import Answer, Model, Reply, Request
from r2s.runs.casts import casts_for
from r2s.runs.engine import play
from r2s.runs.events import DocumentFailed
from r2s.runs.meter import Meter
from r2s.runs.methods import METHODS
from r2s.trees.node import NOBODY

# Short, and so that all roles have a part: a cast to develop, and replies that are rewritten at the least criticism.
SETTINGS = {
    "turns": 6,
    "candidates": 1,
    "policies.casting.develop": True,
    "policies.revision": {"kind": "criticised", "share": 0.01, "accuracy": 5},
}

JUDGES: tuple[Callable[[Model, Scene], Awaitable[Reply[Any]]], ...] = (
    lambda model, scene: Judge(model).judge(scene),
    lambda model, scene: Battle(model).judge(scene, scene.transcript, scene.transcript, "whole"),
    lambda model, scene: Reader(model).read(scene),
    lambda model, scene: Auditor(model).audit(scene),
    lambda model, scene: PersonaJudge(model).judge(scene),
    lambda model, scene: Tagger(model).tag(scene),
)


async def check_prompts(folder: Path) -> list[Problem]:
    """All that is wrong with the prompts of a folder; those that can be read at all are tried out too."""
    files = prompt_files(folder)
    found = [problem for file, text in files.items() for problem in problems_of(file, text)]
    bad = {problem.file for problem in found if problem.is_error}
    prompts = Prompts(tuple((file, text.strip()) for file, text in files.items() if file not in bad))
    tried = await _rehearse(prompts)
    return sorted({*found, *tried}, key=lambda problem: (problem.file, problem.line, problem.message))


class _Listener:
    """The baseline, which keeps the first request of every role, in every language, for every kind of answer."""

    name = BASELINE

    def __init__(self) -> None:
        self.baseline = ExtractiveModel()
        self.heard: dict[tuple[str, str, type[BaseModel]], Request[Any]] = {}

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        self.heard.setdefault((request.role, request.language, request.answer), request)
        return await self.baseline.answer(request)


async def _rehearse(prompts: Prompts) -> list[Problem]:
    listener, found = _Listener(), list[Problem]()
    for method in METHODS:
        found += [Problem(f"method {method}", 0, message) async for message in _failures(method, listener, prompts)]
    await _ask_judges(Prompted(listener, prompts))
    for request in listener.heard.values():
        found += _problems(request, prompts)
    return [*found, *_unheard(listener, prompts)]


async def _failures(method: str, listener: _Listener, prompts: Prompts) -> AsyncIterator[str]:
    """Play one method; what could not be played is said."""
    config = load_config(flags={**SETTINGS, "method": method})
    documents = _samples(METHODS[method].takes)
    casts, meter = casts_for(config, lambda: documents), Meter(config.limits)
    model = Prompted(listener, prompts)
    events = play(documents, config, run="rehearsal", meter=meter, models=lambda role: model, casts=casts)
    async for event in events:
        if isinstance(event, DocumentFailed):
            yield f"could not be played about {event.document}: {event.message}"


async def _ask_judges(model: Prompted) -> None:
    """Who judges plays in no method: each is asked about the first words of a dialogue on every sample."""
    for document in _samples("documents"):
        said = tuple(Line(speaker, document.title or document.id, 1) for speaker in ("user", "assistant"))
        for judge in JUDGES:
            await judge(model, Scene(document, NOBODY, said, turn=0, seed=0))


def _samples(takes: Takes) -> list[Document]:
    folder = resources.files("r2s.configs").joinpath("samples")
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    raws = [RawDocument(id=file.name, title=None, text=file.read_text("utf-8"), source="sample") for file in files]
    return [make_document(_as_pair(raw) if takes == "pairs" else raw, raw.id) for raw in raws]


def _as_pair(raw: RawDocument) -> RawDocument:
    """The text's own heading as what was asked, and its first paragraph as the answer."""
    asked, answered, *_ = (part for part in raw.text.split("\n") if part)
    said = (Message(role="user", text=asked), Message(role="assistant", text=answered))
    return replace(raw, text="", messages=said, lang=raw.id.partition("-")[0])


def _problems(request: Request[Any], prompts: Prompts) -> Iterator[Problem]:
    """What is wrong with a prompt, now that it is known what its agent passes and what it must answer."""
    template, file = request.template, f"{request.role}.{request.language}.md"
    unknown = {*names_in(template.standing), *names_in(template.moment)} - set(request.fields)
    for name in sorted(unknown):
        yield _problem(prompts, file, f"{{{{{name}}}}}", f"nobody tells this role {{{{{name}}}}}")
    if not unknown:
        request.messages()
    form = template.instructions.rstrip().splitlines()[-1]
    for fault in faults_of_form(shape_of(form) or {}, request.answer) if shape_of(form) else []:
        yield _problem(prompts, file, form, fault)


def _problem(prompts: Prompts, file: str, words: str, message: str) -> Problem:
    """A problem at the line that holds these words, in the role's own file or in one that is shared."""
    for name, text in sorted(prompts.own, key=lambda own: own[0] != file):
        for number, line in enumerate(text.splitlines(), 1):
            if words in line:
                return Problem(name, number, message)
    return Problem(file, 0, f"{message} (as shipped)")


def _unheard(listener: _Listener, prompts: Prompts) -> Iterator[Problem]:
    """Roles that no rehearsal reached; files without parts are shared, and read with others."""
    heard = {f"{role}.{language}.md" for role, language, _ in listener.heard}
    for file, text in prompts.own:
        if file not in heard and SEPARATOR in text.splitlines():
            yield Problem(file, 1, "the rehearsal did not come to this role, so its form was not checked", "warning")
