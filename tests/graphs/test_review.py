"""Review-Instruct's graph with a scripted model: the rounds, the histories, the direction, and how it ends."""

from typing import Any

import pytest

from r2s.agents.panel import Persona
from r2s.agents.questioner import briefs
from r2s.documents import Document
from r2s.documents.document import Message
from r2s.graphs.review import review_graph
from r2s.graphs.review_team import review_team
from r2s.graphs.state import DialogueState, opening_state, path_to
from r2s.graphs.team import Rules
from r2s.models.request import Request
from r2s.policies.acceptance import Acceptance
from r2s.policies.evolving import EvolInstruct
from r2s.trees.node import NOBODY, Node
from tests.conftest import Scripted, criticise, lighthouse, replies

SEED = "Name three ways to keep bees.\nThe garden is small."
THREE = Rules(max_turns=3)


def seed(*said: tuple[str, str]) -> Document:
    """What brings messages and no text; a single instruction if not said otherwise."""
    messages = tuple(Message.model_validate({"role": role, "text": text}) for role, text in said or (("user", SEED),))
    return Document(id="s", title=None, lang="en", source="test", text="", passages=(), messages=messages)


async def play(
    model: Scripted,
    document: Document | None = None,
    rules: Rules = THREE,
    reviewers: int = 3,
    personas: list[Persona] | None = None,
) -> DialogueState:
    graph = review_graph(review_team(lambda role: model, reviewers=reviewers, personas=personas), rules)
    opening = opening_state(document or seed(), NOBODY, 7)
    return await graph.ainvoke(opening, {"recursion_limit": 200})  # type: ignore[return-value]


def roles(model: Scripted) -> list[str]:
    return [request.role for request in model.requests]


def kept(state: DialogueState) -> list[Node]:
    return path_to(state["nodes"], state["leaf"])


def history(request: Request[Any]) -> list[tuple[str, str]]:
    return [(line.speaker, line.text) for line in request.transcript]


def votes(*cast: str) -> Any:
    """A panel whose members vote in this order of seats: fact-checker, layperson, teacher, ..."""
    seats = ("fact-checker", "layperson", "teacher", "domain-expert", "sceptic")
    return lambda request: criticise("positive" if cast[seats.index(request.speaker)] == "+" else "negative")


async def test_a_round_is_answer_then_reviews_then_the_next_question_and_the_last_question_is_not_asked(says):
    model = says()

    state = await play(model)

    panel = ["respondent", "critic", "critic", "critic"]
    assert roles(model) == [*panel, "questioner", *panel, "questioner", *panel]
    assert [node.role for node in kept(state)] == ["user", "assistant"] * 3
    assert (state["stop"].rule, state["stop"].turn) == ("max_turns", 3)  # type: ignore[union-attr]
    assert replies(state) == len(model.requests)


async def test_the_seed_is_the_first_question_as_it_stands_and_later_ones_are_the_chairmans(says):
    state = await play(says())

    questions = kept(state)[::2]
    assert questions[0].text == SEED
    assert [question.agent for question in questions] == ["seed", "chairman", "chairman"]


async def test_a_pair_or_a_dialogue_gives_its_first_question_and_its_answer_is_not_used(says):
    model = says()

    state = await play(
        model, seed(("system", "Be brief."), ("user", "Why bees?"), ("assistant", "OLD"), ("user", "Go on."))
    )

    assert kept(state)[0].text == "Why bees?"
    assert not [request for request in model.requests if "OLD" in str(request.messages())]


async def test_the_candidate_has_all_earlier_questions_and_answers_as_user_and_assistant(says):
    model = says()

    state = await play(model)

    said = [node.text for node in kept(state)]
    last = model.of("respondent")[-1]
    assert history(last) == list(zip(["user", "assistant"] * 2, said[:4], strict=True))
    assert last.fields["question"] == said[4]


async def test_a_reviewer_has_the_questions_as_the_examiners_the_answers_as_the_other_sides_and_no_criticism(says):
    model = says(critic=criticise("negative", weakness="CRITICISM"))

    state = await play(model)

    said = [node.text for node in kept(state)]
    for request in model.of("critic")[-3:]:
        assert history(request) == list(zip(["examiner", "candidate"] * 2, said[:4], strict=True))
        assert (request.fields["question"], str(request.fields["response"])) == (said[4], said[5])
        assert "CRITICISM" not in str(request.messages())


async def test_the_chairman_has_all_questions_and_answers_but_only_this_rounds_criticisms(says):
    model = says(critic=lambda request: criticise("negative", weakness=f"flaw {len(request.transcript) // 2 + 1}"))

    state = await play(model)

    said, request = [node.text for node in kept(state)], model.of("questioner")[-1]
    assert history(request) == [("user", said[0]), ("assistant", said[1])]
    assert (request.fields["question"], request.fields["response"]) == (said[2], said[3])
    assert [str(one) for one in request.fields["criticisms"]] == [
        f"{name}: negative\n  - flaw 2" for name in ("fact-checker", "layperson", "teacher")
    ]
    assert "flaw 1" not in str(request.messages())


async def test_reviewers_are_blind_to_each_other_and_answers_are_never_revised(says):
    model = says(critic=lambda request: criticise("negative", weakness=f"said by {request.speaker}"))

    state = await play(model)

    assert not [request for request in model.of("critic") if "said by" in str(request.messages())]
    assert len(model.of("respondent")) == 3
    assert all(node.status == "kept" for node in state["nodes"].values())


@pytest.mark.parametrize(
    ("cast", "mode"),
    [("+", "breadth"), ("-", "depth"), ("+-", "depth"), ("++-", "breadth"), ("+--", "depth"), ("++---", "depth")],
)
async def test_the_majority_decides_and_a_tie_goes_deep(says, cast: str, mode: str):
    model = says(critic=votes(*cast))

    state = await play(model, reviewers=len(cast))

    assert {request.fields["mode"] for request in model.of("questioner")} == {mode}
    assert {node.chair.mode for node in kept(state)[1::2]} == {mode}  # type: ignore[union-attr]


async def test_a_long_negative_panel_digs_in_every_round(says):
    model = says(critic=criticise("negative"))

    await play(model, rules=Rules(max_turns=6))

    assert [request.fields["mode"] for request in model.of("questioner")] == ["depth"] * 5


async def test_weights_count_in_the_vote(says):
    personas = [
        Persona(name="fact-checker", briefs={"en": "x"}, weight=3),
        Persona(name="layperson", briefs={"en": "x"}),
    ]
    model = says(critic=votes("+", "-"))

    await play(model, reviewers=2, personas=personas)

    assert model.of("questioner")[0].fields["mode"] == "breadth"


async def test_reviews_votes_dissent_and_the_chairs_reason_stay_on_the_answer(says):
    model = says(
        critic=lambda request: criticise("negative", 1) if request.speaker == "teacher" else criticise("positive", 4)
    )

    state = await play(model, rules=Rules(max_turns=2))

    first, last = kept(state)[1], kept(state)[3]
    assert [(review.reviewer, review.vote) for review in first.reviews] == [
        ("fact-checker", "positive"),
        ("layperson", "positive"),
        ("teacher", "negative"),
    ]
    assert first.chair is not None
    assert last.chair is not None
    assert first.chair.dissent == pytest.approx(1.4142)
    assert (first.chair.kept, first.chair.reason, first.chair.operation) == (first.id, "it follows", None)
    assert last.chair.reason == ""


async def test_without_reviewers_there_are_no_comments_and_nothing_is_asked(says):
    model = says()

    state = await play(model, reviewers=0)

    assert roles(model) == ["respondent"]
    assert [node.role for node in kept(state)] == ["user", "assistant"]
    assert (state["stop"].rule, kept(state)[1].chair) == ("no_comments", None)  # type: ignore[union-attr]


@pytest.mark.parametrize("reviewers", [1, 5])
async def test_panels_of_one_and_of_five_play_all_rounds(says, reviewers: int):
    model = says()

    state = await play(model, reviewers=reviewers)

    assert len(model.of("critic")) == 3 * reviewers
    assert all(len(node.reviews) == reviewers for node in kept(state)[1::2])


async def test_one_reviewer_who_fails_leaves_an_error_and_is_not_told_to_the_chairman(says, broken):
    model = says(critic=lambda request: broken if request.speaker == "teacher" else criticise("positive"))

    state = await play(model, rules=Rules(max_turns=2))

    assert [review.error is not None for review in kept(state)[1].reviews] == [False, False, True]
    assert len(model.of("questioner")[0].fields["criticisms"]) == 2


@pytest.mark.parametrize(("quorum", "turns"), [(0.5, 1), (0.3, 3)])
async def test_the_quorum_is_a_setting_and_without_it_the_turn_fails(says, broken, quorum: float, turns: int):
    def two_fail_later(request: Request[Any]) -> Any:
        return broken if request.transcript and request.speaker != "teacher" else criticise("positive")

    state = await play(says(critic=two_fail_later), rules=Rules(max_turns=3, quorum=quorum))

    assert len(kept(state)) == 2 * turns
    assert state["stop"].turn == turns  # type: ignore[union-attr]
    assert {node.status for node in state["nodes"].values()} == (
        {"kept", "failed", "rejected"} if turns == 1 else {"kept"}
    )


async def test_a_repeated_question_is_asked_for_again_at_most_twice(says):
    model = says(questioner={"reason": "", "question": SEED})

    state = await play(model)

    assert len(model.of("questioner")) == 3
    assert "said before" in model.of("questioner")[1].fields["faults"][0]
    assert len({request.seed for request in model.of("questioner")}) == 3
    assert (state["stop"].rule, state["stop"].turn, len(kept(state))) == ("failed_turn", 1, 2)  # type: ignore[union-attr]


async def test_a_question_that_differs_the_second_time_goes_on(says):
    def repeats_once(request: Request[Any]) -> dict[str, Any]:
        return {"reason": "", "question": "And hives in winter?" if request.fields["faults"] else SEED}

    state = await play(says(questioner=repeats_once), rules=Rules(max_turns=2))

    assert kept(state)[2].text == "And hives in winter?"
    assert kept(state)[2].flaws == ()


async def test_a_question_that_speaks_of_the_reviewers_is_asked_for_again(says):
    def tells(request: Request[Any]) -> dict[str, Any]:
        told = "The reviewers noted a gap: which bees?"
        return {"reason": "", "question": "Which bees, then?" if request.fields["faults"] else told}

    state = await play(says(questioner=tells), rules=Rules(max_turns=2))

    assert kept(state)[2].text == "Which bees, then?"


async def test_an_unreadable_candidate_ends_the_dialogue_before_its_turn(says, broken):
    model = says(respondent=lambda request: broken if request.transcript else {"text": "Bees live in hives."})

    state = await play(model)

    assert len(kept(state)) == 2
    assert (state["stop"].rule, state["stop"].turn) == ("failed_turn", 1)  # type: ignore[union-attr]
    assert all(str(broken) not in node.text for node in state["nodes"].values())


async def test_thinking_stays_hidden(says):
    state = await play(says(respondent=lambda r: {"thinking": "SECRET", "text": f"Yes: {r.fields['question']}"}))

    assert all("SECRET" not in node.model_dump_json() for node in state["nodes"].values())


async def test_an_instruction_may_speak_of_its_text_where_there_is_no_document(says):
    model = says(respondent=lambda request: {"text": f"The text says so, {len(request.transcript)} times."})

    state = await play(model, rules=Rules(max_turns=1, acceptance=Acceptance(attempts=1)))

    assert kept(state)[1].flaws == ()


async def test_a_plain_document_gets_its_first_question_from_the_seeder(says, document):
    model = says()

    state = await play(model, document)

    assert roles(model)[0] == "seeder"
    assert (kept(state)[0].agent, kept(state)[0].flaws) == ("seeder", ())


async def test_candidate_and_reviewers_see_the_document_and_the_chairman_does_not(says, document):
    model = says()

    await play(model, document)

    seen = {request.speaker: request.document is not None for request in model.requests}
    assert seen == {
        "seeder": True,
        "candidate": True,
        "fact-checker": True,
        "layperson": False,
        "teacher": True,
        "chairman": False,
    }


async def test_without_a_text_nobody_is_shown_a_document(says):
    model = says()

    await play(model)

    assert {request.document for request in model.requests} == {None}


async def test_what_an_answer_cites_is_located_in_the_document(says):
    quote = "Marr chose grey granite"
    model = says(respondent={"text": "It had to be hard stone.", "citations": [{"passage": "p3", "quote": quote}]})

    state = await play(model, lighthouse(), Rules(max_turns=1))

    (span,) = kept(state)[1].evidence
    assert lighthouse().text[span.start : span.end] == quote


async def test_an_operation_is_drawn_for_each_question_and_kept_with_the_verdict(says):
    model = says(critic=criticise("negative"))

    state = await play(model, rules=Rules(max_turns=6, evolving=EvolInstruct()))

    names = [node.chair.operation for node in kept(state)[1::2] if node.chair][:-1]
    assert set(names) <= set(EvolInstruct().depth)
    assert len(set(names)) > 1
    assert [request.fields["operation"] for request in model.of("questioner")] == [
        briefs()[name]["en"] for name in names if name
    ]


async def test_breadth_has_an_operation_of_its_own(says):
    state = await play(says(), rules=Rules(max_turns=2, evolving=EvolInstruct()))

    assert kept(state)[1].chair.operation == "new-in-domain"  # type: ignore[union-attr]


async def test_a_question_without_gain_goes_back_unevolved(says):
    def no_gain_at_first(request: Request[Any]) -> dict[str, Any]:
        evolved = request.fields["operation"] is not None
        return {"reason": "", "question": "Keep three bees to name ways?" if evolved else "And hives in winter?"}

    model = says(questioner=no_gain_at_first)

    state = await play(model, rules=Rules(max_turns=2, evolving=EvolInstruct()))

    assert [request.fields["operation"] is None for request in model.of("questioner")] == [False, True]
    assert kept(state)[1].chair.operation is None  # type: ignore[union-attr]
    assert kept(state)[2].text == "And hives in winter?"


async def test_an_evolved_question_that_nobody_can_answer_is_pruned_and_asked_again_unevolved(says):
    def asks(request: Request[Any]) -> dict[str, Any]:
        return {"reason": "", "question": "Hives on Mars?" if request.fields["operation"] else "Hives in winter?"}

    def apologises(request: Request[Any]) -> dict[str, Any]:
        question = request.fields["question"]
        return {"text": "Sorry, I cannot say." if "Mars" in question else f"My word on: {question}"}

    model = says(questioner=asks, respondent=apologises)

    state = await play(model, rules=Rules(max_turns=2, evolving=EvolInstruct()))

    pruned = [node for node in state["nodes"].values() if node.status == "pruned"]
    assert [(node.role, node.text) for node in pruned] == [
        ("user", "Hives on Mars?"),
        ("assistant", "Sorry, I cannot say."),
    ]
    assert pruned[0].flaws == ("unanswerable",)
    assert [node.text for node in kept(state)[2:]] == ["Hives in winter?", "My word on: Hives in winter?"]
    assert kept(state)[1].chair.operation is None  # type: ignore[union-attr]
    assert len(model.of("critic")) == 6


async def test_every_call_is_paid_for_once(says):
    model = says()

    state = await play(model, lighthouse())

    assert sum(node.usage.prompt_tokens for node in state["nodes"].values()) == 10 * len(model.requests)
