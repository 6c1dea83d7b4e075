"""A desk in a folder: people answer in the place of models, and hold a run up, step through it and take it over."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from r2s.agents.user import UserAnswer
from r2s.config import Limits
from r2s.errors import BudgetError, StoppedError
from r2s.models.calls import Call, Completion
from r2s.models.desk import desk as desks
from r2s.models.desk.control import Control, Take
from r2s.models.desk.desk import Desk
from r2s.models.desk.folder import DeskFolder
from r2s.models.desk.question import Given, Question
from r2s.models.desk.seats import Attended, person
from r2s.models.journal import Journal
from r2s.models.journal.tools import find
from r2s.models.language_model import LanguageModel
from r2s.models.limiter import RateLimiter
from r2s.models.prompt import Line
from r2s.models.request import Request, Template
from r2s.runs.meter import Meter
from tests.conftest import Scripted

SAID = {"text": "What of the lamp?", "closes": False}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk looks around often, so that tests need not wait."""
    monkeypatch.setattr(desks, "LOOK", 0.0)
    monkeypatch.setattr(desks, "TICK", 0.005)


@pytest.fixture
def folder(tmp_path: Path) -> DeskFolder:
    return DeskFolder(tmp_path / "desk")


@pytest.fixture
def meter() -> Meter:
    return Meter(Limits())


@pytest.fixture
def events() -> list[tuple[str, dict[str, Any]]]:
    return []


@pytest.fixture
def desk(folder: DeskFolder, meter: Meter, events: list[tuple[str, dict[str, Any]]]) -> Desk:
    desk = Desk(folder.path, meter)
    desk.open(lambda name, facts: events.append((name, facts)))
    return desk


class Counting:
    """A caller that counts, and says which call it was."""

    def __init__(self) -> None:
        self.calls = 0

    async def send(self, call: Call) -> Completion:
        self.calls += 1
        return Completion(json.dumps({"text": f"call {self.calls}"}), 10, 5)

    async def close(self) -> None:
        """Nothing was opened."""


def request(dialogue: str = "lamp.txt/7", role: str = "user", turn: int = 1, seed: int = 3) -> Request[UserAnswer]:
    said = [Line(speaker, f"{speaker} {number}") for number in range(1, turn) for speaker in ("user", "assistant")]
    template = Template("the rules", "", "say something about {{subject}}")
    return Request(dialogue, role, role, "en", template, None, tuple(said), {"subject": "lamps"}, UserAnswer, seed)


def machine(journal: Journal, desk: Desk, caller: Counting, meter: Meter) -> LanguageModel:
    return LanguageModel("openai:m", caller, limiter=RateLimiter("m", 8), journal=journal, gate=meter, attendant=desk)


async def until(there: Callable[[], Any]) -> Any:
    """What is there, once it is."""
    async with asyncio.timeout(20):
        while not (found := there()):  # noqa: ASYNC110 (what is waited for is a file)
            await asyncio.sleep(0.002)
    return found


async def asked(folder: DeskFolder, count: int = 1) -> list[Question]:
    """The questions, once there are so many."""
    return await until(lambda: found if len(found := folder.questions()) >= count else None)


def answer(folder: DeskFolder, question: Question, reply: dict[str, Any] = SAID, by: str = "human") -> bool:
    return folder.give(question.key, Given(by=by, reply=reply))


async def test_what_a_person_says_is_kept_and_never_asked_for_again(folder, desk, tmp_path):
    async with Journal(tmp_path / "journal.sqlite") as journal:
        asking = asyncio.create_task(person("human", desk, journal).answer(request()))
        (question,) = await asked(folder)
        answer(folder, question, by="human:ann")
        first = await asking

        again = await person("human", desk, journal).answer(request())

    record = find(tmp_path / "journal.sqlite", question.key)
    assert record is not None
    assert (record.model, json.loads(record.content)) == ("human:ann", SAID)
    assert first.answer == UserAnswer(**SAID) == again.answer
    assert first.usage == again.usage
    assert (first.usage.people, first.usage.replies, first.usage.cost_usd) == (("human:ann",), 1, 0.0)
    assert folder.questions() == []
    assert not folder.has_answer(question.key)


async def test_a_question_tells_all_that_a_model_would_have_been_told(folder, desk, tmp_path):
    async with Journal(tmp_path / "journal.sqlite") as journal:
        asking = asyncio.create_task(person("human", desk, journal).answer(request(turn=2)))
        (question,) = await asked(folder)
        answer(folder, question)
        await asking

    assert (question.instructions, question.moment) == ("the rules", "say something about lamps")
    assert [said.text for said in question.transcript] == ["user 1", "assistant 1"]
    assert (question.turn, question.document, question.to, question.model) == (2, "lamp.txt", "human", "")
    assert question.answer["required"] == ["text"]


async def test_an_answer_with_faults_is_asked_for_again_and_each_fault_has_its_place(folder, desk, tmp_path):
    async with Journal(tmp_path / "journal.sqlite") as journal:
        asking = asyncio.create_task(person("human", desk, journal).answer(request()))
        (question,) = await asked(folder)
        answer(folder, question, {"closes": "perhaps"})

        (again,) = await until(lambda: [one for one in folder.questions() if one.faults])
        answer(folder, again)
        await asking

    assert sorted(fault.place for fault in again.faults) == [("closes",), ("text",)]
    assert again.key == question.key


async def test_an_answer_that_came_while_nobody_played_is_taken_when_the_question_is_put_again(folder, meter, tmp_path):
    async with Journal(tmp_path / "journal.sqlite") as journal:
        first = Desk(folder.path, meter)
        asking = asyncio.create_task(person("human", first, journal).answer(request()))
        (question,) = await asked(folder)
        first.close()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        answer(folder, question)

        second = Desk(folder.path, meter)
        second.open(lambda name, facts: None)
        reply = await person("human", second, journal).answer(request())

    assert reply.answer == UserAnswer(**SAID)


async def test_of_two_answers_the_first_is_taken(folder, desk, tmp_path):
    async with Journal(tmp_path / "journal.sqlite") as journal:
        asking = asyncio.create_task(person("human", desk, journal).answer(request()))
        (question,) = await asked(folder)

        given = [answer(folder, question), answer(folder, question, {"text": "too late"})]
        reply = await asking

    assert given == [True, False]
    assert reply.answer.text == SAID["text"]


async def test_text_that_looks_like_a_model_thinking_stays_as_it_was_typed(folder, desk, tmp_path):
    typed = "<think>Is {this} one?</think> ```no```"
    async with Journal(tmp_path / "journal.sqlite") as journal:
        asking = asyncio.create_task(person("human", desk, journal).answer(request()))
        (question,) = await asked(folder)
        answer(folder, question, {"text": typed})
        await asking

        again = await person("human", desk, journal).answer(request())

    assert again.answer.text == typed


async def test_whoever_closes_the_run_ends_what_is_open_and_it_stays_on_the_desk(folder, desk, meter, tmp_path):
    async with Journal(tmp_path / "journal.sqlite") as journal:
        asking = asyncio.create_task(person("human", desk, journal).answer(request()))
        await asked(folder)
        meter.close(StoppedError("stop"))

        with pytest.raises(StoppedError):
            await asking

    assert len(folder.questions()) == 1


async def test_an_answer_is_a_call_of_the_budget_that_costs_nothing(folder, tmp_path):
    meter = Meter(Limits(max_calls=1, max_tokens=1, max_cost=0.01))
    desk = Desk(folder.path, meter)
    async with Journal(tmp_path / "journal.sqlite") as journal:
        human = person("human", desk, journal)
        asking = asyncio.create_task(human.answer(request()))
        (question,) = await asked(folder)
        answer(folder, question)
        await asking

        with pytest.raises(BudgetError, match="1 calls"):
            await human.answer(request(seed=4))

    assert (meter.calls, meter.spent.tokens, meter.spent.dollars) == (1, 0, 0.0)


async def test_while_a_run_is_paused_no_call_begins(folder, desk, meter, events, tmp_path):
    caller = Counting()
    async with Journal(tmp_path / "journal.sqlite") as journal:
        model = machine(journal, desk, caller, meter)
        await model.answer(request(seed=1))
        folder.change(lambda control: control.pausing(True))

        asking = asyncio.create_task(model.answer(request(seed=2)))
        replayed = await model.answer(request(seed=1))
        await until(lambda: ("paused", {}) in events)
        held = caller.calls
        folder.change(lambda control: control.pausing(False))
        await asking

    assert replayed.answer.text == "call 1"
    assert (held, caller.calls) == (1, 2)
    assert [name for name, _ in events] == ["paused", "resumed"]


async def test_a_step_lets_one_turn_of_the_dialogue_through_that_has_waited_longest(folder, desk, meter, tmp_path):
    caller = Counting()
    async with Journal(tmp_path / "journal.sqlite") as journal:
        model = machine(journal, desk, caller, meter)
        folder.change(lambda control: control.pausing(True))
        first = [asyncio.create_task(model.answer(request("a/1", turn=1, seed=seed))) for seed in (1, 2)]
        other = asyncio.create_task(model.answer(request("b/1", turn=1, seed=3)))
        await asyncio.sleep(0.02)

        folder.change(lambda control: control.stepping())
        await asyncio.gather(*first)
        following = asyncio.create_task(model.answer(request("a/1", turn=2, seed=4)))
        await asyncio.sleep(0.02)
        after_one = caller.calls
        folder.change(lambda control: control.stepping())
        await other
        is_held = not following.done()
        folder.change(lambda control: control.pausing(False))
        await following

    assert (after_one, is_held, caller.calls) == (2, True, 4)


async def test_a_role_that_is_taken_over_is_a_persons_in_the_dialogue_that_asks_next(
    folder, desk, meter, events, tmp_path
):
    caller = Counting()
    async with Journal(tmp_path / "journal.sqlite") as journal:
        model = machine(journal, desk, caller, meter)
        folder.change(lambda control: control.taking(Take(role="user", by="human:bo")))

        asking = asyncio.create_task(model.answer(request("a/1")))
        (question,) = await asked(folder)
        others = [await model.answer(request("b/1", seed=5)), await model.answer(request("a/1", "planner", seed=6))]
        answer(folder, question, by=question.to)
        taken = await asking

    record = find(tmp_path / "journal.sqlite", question.key)
    assert record is not None
    assert (question.to, question.model, record.model) == ("human:bo", "openai:m", "human:bo")
    assert (taken.answer.text, taken.usage.people, taken.given_by(model)) == (SAID["text"], ("human:bo",), "human:bo")
    assert [other.given_by(model) for other in others] == ["openai:m", "openai:m"]
    assert events[0] == ("taken_over", {"role": "user", "document": None, "by": "human:bo"})


async def test_what_a_person_said_in_a_models_place_is_replayed_without_either(folder, desk, meter, tmp_path):
    async with Journal(tmp_path / "journal.sqlite") as journal:
        folder.change(lambda control: control.taking(Take(role="user", document="lamp.txt")))
        asking = asyncio.create_task(machine(journal, desk, Counting(), meter).answer(request()))
        (question,) = await asked(folder)
        answer(folder, question)
        first = await asking

        nobody = Counting()
        unattended = LanguageModel("openai:m", nobody, limiter=RateLimiter("m", 8), journal=journal)
        again = await unattended.answer(request())

    assert (again, nobody.calls) == (first, 0)


async def test_a_role_that_is_given_back_is_answered_by_its_model_at_once(folder, desk, meter, events, tmp_path):
    async with Journal(tmp_path / "journal.sqlite") as journal:
        model = machine(journal, desk, Counting(), meter)
        folder.change(lambda control: control.taking(Take(role="user", document="lamp.txt")))
        asking = asyncio.create_task(model.answer(request()))
        await asked(folder)

        folder.change(lambda control: control.giving_back("user"))
        reply = await asking

    assert (reply.answer.text, reply.usage.people) == ("call 1", ())
    assert folder.questions() == []
    assert [name for name, _ in events if name != "call"] == ["taken_over", "asked", "given_back"]


async def test_a_model_without_a_journal_can_be_taken_over_and_what_was_said_is_remembered(folder, meter, tmp_path):
    async def play(desk: Desk, journal: Journal) -> Any:
        return await Attended(Scripted({"user": {"text": "by rule"}}), desk, journal).answer(request())

    async with Journal(tmp_path / "journal.sqlite") as journal:
        desk = Desk(folder.path, meter)
        plain = await play(desk, journal)
        folder.change(lambda control: control.taking(Take(role="user")))
        asking = asyncio.create_task(play(desk, journal))
        (question,) = await asked(folder)
        answer(folder, question)
        taken = await asking
        folder.clear(answers=True)

        again = await play(Desk(folder.path, meter), journal)

    assert (plain.answer.text, taken.answer.text) == ("by rule", SAID["text"])
    assert again == taken


async def test_a_desk_that_nobody_sits_at_leaves_no_folder_and_has_no_task(folder, desk, meter, tmp_path):
    async with Journal(tmp_path / "journal.sqlite") as journal:
        await machine(journal, desk, Counting(), meter).answer(request())

        tasks = asyncio.all_tasks()

    assert not folder.path.exists()
    assert tasks == {asyncio.current_task()}


async def test_files_that_are_none_of_ours_count_as_nothing(folder, desk):
    folder.change(lambda control: control.pausing(True))
    (folder.path / "control.json").write_text("{broken", encoding="utf-8")
    (folder.path / f"{'0' * 32}.question.json").write_text("[]", encoding="utf-8")

    assert folder.control() == Control()
    assert folder.questions() == []


async def test_a_pause_ends_with_the_process_and_a_role_that_was_taken_stays_taken(folder, meter):
    folder.change(lambda control: control.pausing(True).taking(Take(role="user")))

    Desk(folder.path, meter).open(lambda name, facts: None)

    assert (folder.control().paused, [take.role for take in folder.control().taken]) == (False, ["user"])


def test_a_role_that_is_taken_twice_has_one_person(folder):
    control = Control().taking(Take(role="user", by="human:a")).taking(Take(role="user", by="human:b"))
    for_one = control.taking(Take(role="user", document="x.txt"))

    assert [take.by for take in control.taken] == ["human:b"]
    assert [take.document for take in for_one.giving_back("user", "x.txt").taken] == [None]
    assert for_one.giving_back("user").taken == ()
