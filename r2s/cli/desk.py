"""`r2s desk`: answer what a run asks people, hold it up, step through it, take over a role."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from r2s.cli import settings
from r2s.errors import ConfigError

if TYPE_CHECKING:
    from r2s.models.desk.control import Control
    from r2s.models.desk.question import Question
    from r2s.runs.desk_client import DeskClient, Verdict

EXAMPLE = "Example:  r2s desk RUN   while   r2s run docs/ -o RUN --model user=human   plays"
HELP = (
    "Answer what a run asks people, hold it up, take over a role.\n\n"
    "Without an option, questions are asked one after the other as they come, until the run ends. Answers are kept in"
    " the run's journal, so that nobody is asked twice. Several people, terminals and pages may sit at one desk."
)
# Seconds between looks for the next question.
LOOK = 0.3


def register(app: typer.Typer) -> None:
    app.command("desk", help=HELP, short_help="Answer what a run asks people; pause, step, take over.", epilog=EXAMPLE)(
        desk
    )


def desk(
    run: settings.Run,
    name: Annotated[str | None, typer.Option("--as", help="Who you are; the tree names you as human:NAME.")] = None,
    key: Annotated[str | None, typer.Option(help="Answer this question only; the beginning of its key is enough.")] = (
        None
    ),
    reply: Annotated[str | None, typer.Option(help="The answer in JSON, or - to read it from standard input.")] = None,
    pause: Annotated[bool, typer.Option("--pause", help="Let no call begin; those under way end.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Let the run go on.")] = False,
    step: Annotated[bool, typer.Option("--step", help="Let one turn of one dialogue through, then hold again.")] = (
        False
    ),
    take: Annotated[
        str | None,
        typer.Option(metavar="ROLE", help="Play a role in its model's place, in the dialogue that asks next."),
    ] = None,
    give_back: Annotated[str | None, typer.Option(metavar="ROLE", help="Let the model play its role again.")] = None,
    doc: Annotated[str | None, typer.Option(help="With --take and --give-back: in this document's dialogues.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="Only list the open questions.")] = False,
    as_json: settings.AsJson = False,
) -> None:
    """Sit down at the desk of a run."""
    from r2s.runs.desk_client import DeskClient, person_called

    attending, person = DeskClient(run), person_called(name)
    decisions = {
        "--pause": (pause, attending.pause),
        "--resume": (resume, attending.resume),
        "--step": (step, attending.step),
        "--take": (take is not None, lambda: attending.take(str(take), doc, person)),
        "--give-back": (give_back is not None, lambda: attending.give_back(str(give_back), doc)),
    }
    wanted = [decide for is_wanted, decide in decisions.values() if is_wanted]
    if len(wanted) > 1:
        raise ConfigError(f"decide one thing at a time: {', '.join(decisions)}")
    if wanted:
        return _tell_control(wanted[0](), attending, as_json)
    if reply is not None:
        return _reply(attending, key, reply, person)
    if as_json or list_ or not sys.stdin.isatty():
        return _list(attending, person, as_json)
    with suppress(EOFError):
        _sit(attending, person, key)


def _tell_control(control: Control, attending: DeskClient, as_json: bool) -> None:
    """Say what holds now."""
    if as_json:
        return print(control.model_dump_json())
    taken = [f"{take.role} by {take.by} in {take.document or 'the dialogue that asks next'}" for take in control.taken]
    state = "paused" if control.paused else "goes on"
    print(f"{state}; taken over: {', '.join(taken) or 'nothing'}")
    if not attending.is_played:
        print("nobody plays the run at the moment; roles that are taken over are asked of you when it goes on")


def _list(attending: DeskClient, person: str, as_json: bool) -> None:
    from r2s.views.console import open_console
    from r2s.views.questions import print_open

    questions = attending.questions(person)
    if as_json:
        control = attending.control().model_dump()
        asked = [question.model_dump(mode="json", by_alias=True) for question in questions]
        return print(json.dumps({"played": attending.is_played, **control, "questions": asked}, ensure_ascii=False))
    print_open(questions, open_console())
    if not questions:
        print("no question is open", file=sys.stderr)


def _question(attending: DeskClient, key: str | None) -> Question:
    if key is None:
        raise ConfigError("say which question is answered: --key, as r2s desk RUN --list shows it")
    question = attending.folder.question(key)
    if question is None:
        raise ConfigError(f"no one open question has a key that begins with {key}; r2s desk RUN --list shows them")
    return question


def _reply(attending: DeskClient, key: str | None, reply: str, person: str) -> None:
    """Give one answer; raises `ConfigError` where it is refused."""
    question = _question(attending, key)
    try:
        given = json.loads(sys.stdin.read() if reply == "-" else reply)
    except ValueError as error:
        raise ConfigError(f"--reply: this is no JSON: {error}") from None
    if not isinstance(given, dict):
        raise ConfigError("--reply: an object is expected, with the fields that r2s desk RUN --json names")
    verdict = attending.answer(question.key, given, person)
    if verdict.outcome in ("refused", "late"):
        raise ConfigError(_told(verdict))
    print(_told(verdict))


def _told(verdict: Verdict) -> str:
    faults = "; ".join(f"{'.'.join(map(str, fault.place))}: {fault.message}" for fault in verdict.faults)
    return {
        "taken": "the run has taken the answer",
        "kept": "the answer is kept; the run takes it when it goes on",
        "late": "somebody else has answered, or the question needs no answer any more",
        "refused": f"the answer cannot be used: {faults}",
    }[verdict.outcome]


def _sit(attending: DeskClient, person: str, key: str | None) -> None:
    """Answer one question after the other, until nobody plays the run any more; with a key, only that one."""
    from r2s.views.console import open_console

    console, seen, is_told = open_console(), set[str](), False
    if key is not None:
        return _answer(attending, _question(attending, key), person, console, seen)
    while True:
        if questions := attending.questions(person):
            _answer(attending, questions[0], person, console, seen)
            is_told = False
        elif not attending.is_played:
            return console.print("No question is open, and nobody plays the run at the moment.")
        else:
            if not is_told:
                console.print("[dim]Waiting for the next question; Ctrl-C leaves, the run goes on.[/dim]")
            is_told = True
            time.sleep(LOOK)


def _answer(attending: DeskClient, question: Question, person: str, console: Any, seen: set[str]) -> None:
    """Ask until the run takes the answer."""
    from r2s.cli.filling import fill, mend
    from r2s.models.desk.form import form_of
    from r2s.views.questions import print_question

    print_question(question, console, seen)
    fields = form_of(question)
    reply = _typed(fill(fields), console)
    while (verdict := attending.answer(question.key, reply, person)).outcome == "refused":
        reply = _typed(mend(fields, reply, verdict.faults), console)
    console.print(f"[dim]{_told(verdict)}[/dim]")


def _typed(asking: Any, console: Any) -> dict[str, Any]:
    """What was typed into a form."""
    with suppress(ImportError):
        import readline  # noqa: F401 (lines can be edited where it is there)
    prompt = next(asking)
    try:
        while True:
            prompt = asking.send(console.input(prompt, markup=False))
    except StopIteration as end:
        return end.value
