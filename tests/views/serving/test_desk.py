"""The desk in the browser: a person plays a role, pauses, steps and takes over, by hand or with the keyboard alone."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from benchmarks.processes import result_files
from r2s.agents.reviewer import ReviewAnswer
from r2s.agents.user import UserAnswer
from r2s.config import load_config
from r2s.models.desk.control import Take
from r2s.models.desk.folder import DeskFolder
from r2s.models.desk.question import Question, Said
from r2s.runs.directory import RunDirectory
from r2s.runs.runner import Run
from tests.conftest import LIGHTHOUSE
from tests.views.serving.conftest import Serve, Visit

pytestmark = pytest.mark.slow

PATIENCE = 90_000
FIRST, SECOND = "What is so special about the Skerry lighthouse?", "And who looks after the lamp in these days?"
CRITERIA = ("Usefulness", "Relevance", "Accuracy", "Depth", "Creativity", "Spoken")
HOSTILE = '<script>alert(1)</script> <img src="x" onerror="alert(1)"> </script>'


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "light.txt"
    path.write_text(f"Skerry lighthouse\n\n{LIGHTHOUSE}\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    (folder / "light.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    with playing(folder / "light.txt", folder / "run", turns=1):
        pass
    return folder / "run"


@pytest.fixture
def desk(finished: Path) -> Iterator[DeskFolder]:
    folder = DeskFolder(RunDirectory(finished).desk)
    yield folder
    folder.clear(answers=True)


def a_question(number: int = 1, **changes: Any) -> Question:
    facts = {
        "key": f"{number:032x}",
        "to": "human",
        "role": "user",
        "speaker": "user",
        "dialogue": "light.txt/1",
        "document": "light.txt",
        "title": "Skerry lighthouse",
        "language": "en",
        "turn": 2,
        "asked": float(number),
        "instructions": "You are the user.",
        "material": "[p1] It was built in 1844.",
        "standing": "Who you are: a sailor",
        "transcript": (Said(speaker="user", text="Hello"), Said(speaker="assistant", text="Good day")),
        "moment": "# Now: say the next thing\n\nWhat you are after: the lamp",
        "answer": UserAnswer.model_json_schema(),
        "offered": {},
    }
    return Question(**{**facts, **changes})


def a_review(number: int = 2) -> Question:
    return a_question(
        number,
        role="reviewer",
        speaker="fact-checker",
        model="openai:m",
        to="human:ann",
        moment='The drafts:\n\n<draft label="A">\nIt burned oil.\n</draft>\n<draft label="B">\nIt is grey.\n</draft>',
        answer=ReviewAnswer.model_json_schema(),
        offered={"reviews": [{"draft": "A"}, {"draft": "B"}], "ranking": ["A", "B"]},
    )


@contextmanager
def playing(
    docs: Path, out: Path, *, paused: bool = False, journal: Path | None = None, **settings: Any
) -> Iterator[threading.Thread]:
    """A run under way in a thread: a browser has this one's event loop."""
    config = load_config(flags={"turns": 2, "reviewers": 0, "candidates": 1, **settings})
    run = Run([docs], config, out, paused=paused, journal=journal)
    thread = threading.Thread(target=lambda: asyncio.run(run.play()))
    thread.start()
    try:
        yield thread
        thread.join(PATIENCE / 1000)
        assert not thread.is_alive()
    finally:
        run.stop()
        thread.join()


def sit_down(visit: Visit, url: str, **context: Any) -> Page:
    page = visit(f"{url}desk", **context)
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    return page


def say(page: Page, words: str, turn: int) -> None:
    page.get_by_role("heading", name=f"User turn {turn}").wait_for()
    page.get_by_label("Text").fill(words)
    page.get_by_role("button", name="Give this answer").click()


def test_a_person_plays_the_user_and_the_dialogue_comes_out_with_their_words(
    docs: Path, tmp_path: Path, serve: Serve, visit: Visit
) -> None:
    out, options = tmp_path / "run", ("--turns", "2", "--reviewers", "0", "--candidates", "1", "-m", "user=human")
    command = [sys.executable, "-m", "r2s", "run", str(docs), *options, "-o", str(out)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as run:
        page = sit_down(visit, serve(out).url)
        page.get_by_label("Your name").fill("ann")
        say(page, FIRST, 1)
        say(page, SECOND, 2)
        expect(page.get_by_text("The run is over")).to_be_visible()
        run.wait(PATIENCE / 1000)

    with playing(docs, tmp_path / "again", journal=out / "journal.sqlite", models={"user": "human"}):
        pass

    (tree,) = RunDirectory(out).read_trees()
    said = [node for node in tree.nodes if node.role == "user"]
    assert [node.text for node in said] == [FIRST, SECOND]
    assert {node.usage.people for node in said} == {("human:ann",)}
    assert tree.totals.people == ("human:ann",)
    assert run.returncode == 0
    assert result_files(out) == result_files(tmp_path / "again")


def test_a_run_is_stepped_taken_over_and_given_back_by_buttons(
    docs: Path, tmp_path: Path, serve: Serve, visit: Visit
) -> None:
    out = tmp_path / "run"
    with playing(docs, out, paused=True):
        page = sit_down(visit, serve(out).url)
        expect(page.locator(".run-state")).to_have_text("Paused")
        page.get_by_label("Take over a role").select_option("user")
        page.get_by_role("button", name="Take over", exact=True).click()
        page.get_by_role("button", name="Step").click()
        say(page, FIRST, 1)
        page.get_by_role("button", name="Step").click()
        page.get_by_role("heading", name="User turn 2").wait_for()
        page.get_by_role("button", name="Give back user").click()
        expect(page.get_by_text("The run is over")).to_be_visible()

    (tree,) = RunDirectory(out).read_trees()
    said = [node for node in tree.nodes if node.role == "user"]
    events = [json.loads(line)["event"] for line in (out / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    decisions = {"paused", "taken_over", "stepped", "given_back"}
    assert (said[0].text, said[0].usage.people) == (FIRST, ("human",))
    assert said[1].usage.people == ()
    assert decisions <= {*events}


def test_what_is_wrong_with_an_answer_is_said_at_its_field_and_mended_there(
    docs: Path, tmp_path: Path, serve: Serve, visit: Visit
) -> None:
    out = tmp_path / "run"
    with playing(docs, out, turns=1, reviewers=1, models={"reviewer": "human"}):
        page = sit_down(visit, serve(out).url)
        entry = page.get_by_role("group", name="Draft A")
        entry.get_by_role("group", name="Depth").get_by_text("4").click()
        page.get_by_role("button", name="Give this answer").click()
        faults = page.locator(".fault:visible")
        expect(faults).to_have_count(6)
        focused = page.evaluate("document.activeElement.closest('fieldset').textContent")
        for criterion in CRITERIA:
            entry.get_by_role("group", name=criterion).get_by_text("4").click()
        entry.get_by_role("group", name="Vote").get_by_text("positive").click()
        page.get_by_label("1.").select_option("A")
        page.get_by_role("button", name="Give this answer").click()
        expect(page.get_by_text("The run is over")).to_be_visible()

    (tree,) = RunDirectory(out).read_trees()
    (review,) = [review for node in tree.nodes for review in node.reviews]
    assert focused.startswith("Usefulness")
    assert (review.model, set(review.scores.values()), review.vote) == ("human", {4}, "positive")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of(
    finished: Path, desk: DeskFolder, serve: Serve, visit: Visit, theme: Any
) -> None:
    desk.ask(a_question())
    desk.ask(a_review())
    desk.change(lambda control: control.taking(Take(role="user", by="human:ann")))
    page = sit_down(visit, serve(finished).url, color_scheme=theme)

    found = {}
    for name in ("User, turn 2", "Fact checker, turn 2"):
        page.get_by_role("button", name=name).click()
        page.locator(
            f"article[aria-label^='{name.split(',')[0].split()[0].lower()}'], article.question"
        ).first.wait_for()
        found[name] = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    desk.settle(a_question().key)
    desk.settle(a_review().key)
    page.locator(".nothing").wait_for()
    found["nothing"] = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]

    assert found == {"User, turn 2": [], "Fact checker, turn 2": [], "nothing": []}


def test_the_keyboard_alone_is_enough(finished: Path, desk: DeskFolder, serve: Serve, visit: Visit) -> None:
    desk.ask(a_review())
    page = sit_down(visit, serve(finished).url)
    page.get_by_role("button", name="Fact checker, turn 2").press("Enter")
    expect(page.locator(".question-head")).to_be_focused()

    first = page.get_by_role("group", name="Draft A").get_by_role("group", name="Usefulness")
    first.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")

    assert first.get_by_role("radio", checked=True).get_attribute("value") == "3"


def test_what_strangers_wrote_stays_text(finished: Path, desk: DeskFolder, serve: Serve, visit: Visit) -> None:
    hostile = dict.fromkeys(("title", "instructions", "material", "standing", "moment"), HOSTILE)
    desk.ask(a_question(**hostile, transcript=(Said(speaker="user", text=HOSTILE),), speaker="user"))

    page = sit_down(visit, serve(finished).url)

    page.locator(".question").wait_for()
    assert page.locator(".moment").inner_text() == HOSTILE
    assert page.locator(".transcript .prose").inner_text() == HOSTILE
    assert page.locator(".question img, .question script").count() == 0


def test_instructions_are_drawn_and_what_has_to_be_quoted_is_as_it_is_written(
    finished: Path, desk: DeskFolder, serve: Serve, visit: Visit
) -> None:
    words = "# Your role\n\n- be **brief**"
    desk.ask(a_question(instructions=words, material=words, transcript=(Said(speaker="user", text=words),)))

    page = sit_down(visit, serve(finished).url)

    told, document = page.locator("details", has_text="What the role is told"), page.locator("details").first
    told.locator("summary").click()
    expect(told.locator("li strong")).to_have_text("brief", use_inner_text=True)
    assert told.locator(".prose").text_content() == words
    assert page.locator(".transcript .prose").inner_text() == words
    assert document.locator("strong").count() == 0


def test_questions_for_a_person_are_told_of_on_the_page_of_the_run(
    finished: Path, desk: DeskFolder, serve: Serve
) -> None:
    served = serve(finished)
    before = served.get("/changes").data["asked"]
    desk.ask(a_question())

    assert (before, served.get("/changes").data["asked"]) == (0, 1)


def test_an_answer_while_nobody_plays_is_kept_and_a_second_one_is_late(
    finished: Path, desk: DeskFolder, serve: Serve
) -> None:
    served, question = serve(finished), a_question()
    desk.ask(question)
    answer = {"key": question.key, "reply": {"text": "Hm."}, "name": "ann"}

    outcomes = [served.post("/desk/answer", answer).data["outcome"] for _ in range(2)]

    given = desk.given(question.key)
    assert outcomes == ["kept", "late"]
    assert given is not None
    assert (given.by, given.reply) == ("human:ann", {"text": "Hm."})


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/desk/answer", {"key": "../../config.yaml", "reply": {}}, 422, "no question's key"),
        ("/desk/answer", {"key": "0" * 32, "reply": {}, "name": "a b"}, 422, "no name for a person"),
        ("/desk/answer", {"key": "0" * 32, "reply": []}, 422, "reply"),
        ("/desk/decide", {"what": "explode"}, 422, "what"),
        ("/desk/decide", {"what": "take", "role": "poet"}, 422, "nobody plays 'poet'"),
        ("/desk/decide", {"what": "give_back", "role": "user"}, 422, "nobody has taken over"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    finished: Path, serve: Serve, path: str, body: dict[str, Any], status: int, words: str
) -> None:
    answer = serve(finished).post(path, body)

    assert answer.status == status
    assert words in answer.data["error"]


def test_a_decision_has_to_come_from_a_page_of_the_server(finished: Path, serve: Serve) -> None:
    served = serve(finished)

    refused = served.post("/desk/decide", {"what": "pause"}, {"X-R2S-Key": "guessed"})

    assert refused.status == 403
    assert not RunDirectory(finished).desk.exists()


def test_a_question_that_is_settled_is_not_there(finished: Path, serve: Serve) -> None:
    assert serve(finished).get(f"/desk/questions/{'0' * 32}").status == 404
