"""The whole graph with a scripted model: who speaks when, what is kept, how it ends."""

from typing import Any

import pytest

from r2s.agents.panel import Persona
from r2s.documents import Document
from r2s.errors import AnswerError
from r2s.graphs.cod_review import cod_review_graph
from r2s.graphs.state import DialogueState, opening_state, path_to
from r2s.graphs.team import Rules, team
from r2s.policies.casting import SampledCast
from r2s.policies.revision import AsItStands, WhenCriticised
from r2s.policies.stopping import AnyOf, MaxTurns, NoNewMatter
from r2s.seeds import generator
from r2s.trees.node import Node
from tests.conftest import Scripted, lighthouse, rate

PLAIN = Rules(min_turns=1, max_turns=2, stop=AnyOf(rules=(MaxTurns(), NoNewMatter())), revision=AsItStands())


async def play(
    model: Scripted,
    document: Document,
    rules: Rules = PLAIN,
    *,
    reviewers: int = 3,
    candidates: int = 2,
    personas: list[Persona] | None = None,
) -> DialogueState:
    players = team(lambda role: model, reviewers=reviewers, candidates=candidates, personas=personas)
    cast = SampledCast().draw("the lighthouse", "en", generator(0))
    graph = cod_review_graph(players, rules)
    return await graph.ainvoke(opening_state(document, cast, 7), {"recursion_limit": 200})  # type: ignore[return-value]


def roles(model: Scripted) -> list[str]:
    return [request.role for request in model.requests]


def kept(state: DialogueState) -> list[Node]:
    return path_to(state["nodes"], state["leaf"])


async def test_a_turn_goes_from_planner_to_user_to_candidates_to_reviewers_to_chairman(says, document):
    model = says()

    await play(model, document, Rules(min_turns=1, max_turns=1, revision=AsItStands()))

    assert roles(model) == ["planner", "user"] + ["candidate"] * 2 + ["reviewer"] * 3 + ["chairman"]


async def test_without_reviewers_there_is_neither_review_nor_chairman(says, document):
    model = says()

    state = await play(model, document, reviewers=0)

    assert {"reviewer", "chairman"}.isdisjoint(roles(model))
    assert all(node.chair is None for node in state["nodes"].values())
    assert len(kept(state)) == 4


async def test_a_dialogue_alternates_and_ends_with_the_assistant(says, document):
    state = await play(says(), document)

    assert [node.role for node in kept(state)] == ["user", "assistant", "user", "assistant"]


async def test_the_drafts_that_were_not_kept_stay_as_siblings_with_their_reviews(says, document):
    state = await play(says(), document, Rules(min_turns=1, max_turns=1, revision=AsItStands()))

    drafts = [node for node in state["nodes"].values() if node.kind == "draft"]
    assert sorted(draft.status for draft in drafts) == ["kept", "rejected"]
    assert all(len(draft.reviews) == 3 for draft in drafts)
    assert len({draft.parent for draft in drafts}) == 1


async def test_the_panel_keeps_the_draft_that_it_ranks_first(says, document):
    def prefers_the_second(request) -> dict[str, Any]:
        review = rate(4)(request)
        drafts = request.fields["drafts"].drafts
        review["ranking"] = sorted(drafts, key=lambda label: "candidate-2" not in drafts[label].text)
        return review

    state = await play(says(reviewer=prefers_the_second), document)

    assert {node.agent for node in kept(state) if node.role == "assistant"} == {"candidate-2"}


async def test_a_positive_panel_moves_on_and_a_negative_one_digs(says):
    long = lighthouse()

    moved = await play(says(reviewer=rate(5, "positive")), long)
    dug = await play(says(reviewer=rate(2, "negative")), long, Rules(min_turns=1, max_turns=9, revision=AsItStands()))

    assert kept(moved)[1].chair.mode == "breadth"  # type: ignore[union-attr]
    assert kept(dug)[1].chair.mode == "depth"  # type: ignore[union-attr]


async def test_the_chairmans_advice_reaches_the_next_plan(says, document):
    model = says(chairman={"reason": "fine", "advice": "ask about the storm"})

    await play(model, document)

    first, second = model.of("planner")
    assert first.fields["advice"] == ""
    assert second.fields["advice"] == "ask about the storm"


async def test_a_criticised_draft_is_rewritten_and_checked_once_more(says, document):
    rules = Rules(min_turns=1, max_turns=1, revision=WhenCriticised())
    model = says(
        reviewer=rate(2, "negative"),
        assistant=lambda request: {
            "text": "A better way to say it, all in all.",
            "citations": [{"passage": "p1", "quote": "built in 1844"}],
        },
    )

    state = await play(model, document, rules)

    spoken = kept(state)[-1]
    assert (spoken.kind, spoken.agent, spoken.text) == (
        "rewrite",
        "assistant",
        "A better way to say it, all in all.",
    )
    assert roles(model)[-2:] == ["assistant", "reviewer"]
    assert [review.reviewer for review in spoken.reviews] == ["fact-checker"]
    assert sum(node.usage.prompt_tokens for node in state["nodes"].values()) + state[
        "overhead"
    ].prompt_tokens == 10 * len(model.requests)
    assert [node.status for node in state["nodes"].values() if node.kind == "draft"] == ["rejected", "rejected"]


async def test_a_rewrite_that_is_less_accurate_than_the_draft_is_not_spoken(says, document):
    def dislikes_rewrites(request) -> dict[str, Any]:
        review = rate(2, "negative")(request)
        drafts = request.fields["drafts"].drafts
        for row in review["reviews"]:
            row["accuracy"] = 1 if drafts[row["draft"]].agent == "assistant" else 3
        return review

    rules = Rules(min_turns=1, max_turns=1, revision=WhenCriticised())

    state = await play(says(reviewer=dislikes_rewrites), document, rules)

    assert kept(state)[-1].kind == "draft"
    assert [node.status for node in state["nodes"].values() if node.kind == "rewrite"] == ["rejected"]


def lowers(criterion: str, before: int, after: int) -> Any:
    """Reviewers who find everything inaccurate, and who rate rewrites and drafts apart by one criterion."""

    def review(request) -> dict[str, Any]:
        said, drafts = rate(2, "negative")(request), request.fields["drafts"].drafts
        for row in said["reviews"]:
            row[criterion] = after if drafts[row["draft"]].agent == "assistant" else before
        return said

    return review


@pytest.mark.parametrize(("before", "after", "kind"), [(4, 2, "draft"), (5, 3, "rewrite"), (2, 2, "rewrite")])
async def test_a_rewrite_that_has_lost_the_answer_is_not_spoken(says, document, before: int, after: int, kind: str):
    rules = Rules(min_turns=1, max_turns=1, revision=WhenCriticised())

    state = await play(says(reviewer=lowers("relevance", before, after)), document, rules)

    assert kept(state)[-1].kind == kind


@pytest.mark.parametrize(("words", "kind"), [(3, "rewrite"), (11, "draft")])
async def test_a_rewrite_that_grows_by_more_than_a_third_is_asked_again_and_not_spoken(says, document, words, kind):
    rules = Rules(min_turns=1, max_turns=1, revision=WhenCriticised())
    model = says(
        reviewer=rate(2, "negative"),
        candidate=lambda request: {"text": f"In 1844, as {request.speaker} says, and by one Alan Marr."},
        assistant=lambda request: {"text": f"{request.fields['draft']} {'Indeed. ' * words}"},
    )

    state = await play(model, document, rules)

    (rewrite,) = [node for node in state["nodes"].values() if node.kind == "rewrite"]
    assert kept(state)[-1].kind == kind
    assert rewrite.flaws == (() if kind == "rewrite" else ("too-long",))
    assert len(model.of("assistant")) == (1 if kind == "rewrite" else 3)
    assert len(model.of("reviewer")) == (4 if kind == "rewrite" else 3)


async def test_a_draft_that_is_too_long_is_asked_again_and_marked(says, document):
    def talks(request) -> dict[str, Any]:
        return {"text": f"{request.speaker} says: " + "so it goes on and on, " * 30}

    model = says(candidate=talks)

    state = await play(model, document, Rules(min_turns=1, max_turns=1, revision=AsItStands()), candidates=1)

    assert kept(state)[-1].flaws == ("too-long",)
    assert "120 words at most" in model.of("candidate")[1].fields["faults"][0]
    assert len(model.of("candidate")) == 3


async def test_nothing_is_advised_where_no_question_follows(says, document):
    model = says(chairman={"reason": "fine", "advice": "ask about the storm"})

    state = await play(model, document)

    first, last = model.of("chairman")
    assert (first.fields["mode"], last.fields["mode"]) == ("breadth", None)
    assert [node.chair.advice for node in kept(state) if node.chair] == ["ask about the storm", ""]
    assert kept(state)[-1].chair.mode == "breadth"  # type: ignore[union-attr]


async def test_one_reviewer_who_fails_leaves_an_error_and_the_panel_goes_on(says, document, broken):
    def third_fails(request):
        return broken if request.speaker == "teacher" else rate(4)(request)

    state = await play(says(reviewer=third_fails), document)

    reviews = kept(state)[1].reviews
    assert [review.error is not None for review in reviews] == [False, False, True]


async def test_without_a_quorum_the_turn_fails_and_what_was_said_before_stands(says, document, broken):
    def fails_in_turn_two(request):
        return broken if len(request.transcript) >= 2 and request.speaker != "layperson" else rate(4)(request)

    state = await play(says(reviewer=fails_in_turn_two), document)

    assert len(kept(state)) == 2
    assert state["stop"].rule == "failed_turn"  # type: ignore[union-attr]
    assert state["stop"].turn == 1  # type: ignore[union-attr]


async def test_the_quorum_is_a_setting(says, document, broken):
    def only_one_heard(request):
        return rate(4)(request) if request.speaker == "layperson" else broken

    rules = Rules(min_turns=1, max_turns=1, revision=AsItStands(), quorum=0.3)

    state = await play(says(reviewer=only_one_heard), document, rules)

    assert [review.error is None for review in kept(state)[1].reviews] == [False, True, False]


async def test_reviewers_ask_models_and_temperatures_of_their_own(says, document):
    models = {"reviewer:doubter": says(), "": says()}
    personas = [
        Persona(name="doubter", briefs={"en": "x"}, temperature=0.2),
        Persona(name="other", briefs={"en": "x"}),
    ]
    players = team(lambda role: models.get(role, models[""]), reviewers=2, candidates=1, personas=personas)
    cast = SampledCast().draw("the lighthouse", "en", generator(0))

    await cod_review_graph(players, PLAIN).ainvoke(opening_state(document, cast, 7), {"recursion_limit": 200})

    assert {request.speaker for request in models["reviewer:doubter"].requests} == {"doubter"}
    assert {request.sampling.temperature for request in models["reviewer:doubter"].requests} == {0.2}
    assert {request.sampling.temperature for request in models[""].of("reviewer")} == {0.7}


async def test_no_error_text_is_ever_said(says, document, broken):
    state = await play(says(candidate=broken), document)

    assert state["leaf"] is None
    assert all(str(broken) not in node.text for node in state["nodes"].values())
    assert {node.status for node in state["nodes"].values()} == {"failed"}


async def test_a_user_who_knows_too_much_is_asked_again_with_the_words_named(says, document):
    def leaks_once(request) -> dict[str, Any]:
        if request.fields["faults"]:
            return {"text": "What is there to know about the Skerry lighthouse?"}
        return {"text": "Why did the Skerry lighthouse use granite?"}

    model = says(user=leaks_once)

    state = await play(model, document, Rules(min_turns=1, max_turns=1, revision=AsItStands()))

    assert kept(state)[0].flaws == ()
    assert "granit" in model.of("user")[1].fields["faults"][0]


async def test_a_message_that_speaks_of_the_text_never_enters_a_dialogue(says, document):
    model = says(candidate={"text": "According to the passage, it was built in 1844."})

    state = await play(model, document)

    assert state["leaf"] is None
    assert len(model.of("candidate")) == 2 * Rules().acceptance.attempts


async def test_an_unreadable_reply_is_one_of_the_attempts_and_not_the_end(says, document, broken):
    def broken_at_first(request) -> Any:
        return broken if request.seed == model.of("user")[0].seed else {"text": "Tell me about Skerry lighthouse."}

    model = says(user=broken_at_first)

    state = await play(model, document, Rules(min_turns=1, max_turns=1, revision=AsItStands()))

    assert len(kept(state)) == 2
    assert len(model.of("user")) == 2


async def test_a_purpose_that_gives_the_answer_away_is_not_told_to_the_user(says, document):
    def leaks(request) -> dict[str, Any]:
        return {
            "type": "question-answer",
            "process": "",
            "purpose": "learn that Marr used granite",
            "key_phrases": ["granite"],
            "target": ["p3"],
        }

    model = says(planner=leaks)

    await play(model, document, Rules(min_turns=1, max_turns=1, revision=AsItStands()))

    assert "granite" not in model.of("user")[0].fields["purpose"]


async def test_the_dialogue_ends_when_every_passage_is_conveyed(says, document):
    state = await play(says(), document, Rules(min_turns=1, max_turns=20, revision=AsItStands()))

    assert state["stop"].rule == "no_new_matter"  # type: ignore[union-attr]
    assert state["stop"].turn == len(document.passages)  # type: ignore[union-attr]


async def test_a_planner_that_finds_nothing_left_ends_the_dialogue(says, document):
    def nothing_after_two(request) -> dict[str, Any]:
        purpose = "" if len(request.transcript) >= 4 else f"go on {len(request.transcript)}"
        plan = {"type": "question-answer", "process": "", "purpose": purpose, "key_phrases": []}
        return {**plan, "target": [request.fields["uncovered"].passages[0].id]}

    state = await play(says(planner=nothing_after_two), document, Rules(max_turns=9, revision=AsItStands()))

    assert (state["stop"].rule, state["stop"].turn) == ("no_new_matter", 2)  # type: ignore[union-attr]


async def test_evidence_that_stands_nowhere_is_dropped_and_what_stands_is_located(says, document):
    draft = {
        "text": "It has been there for a long time, made by Marr.",
        "citations": [
            {"passage": "p1", "quote": "built in 1844"},
            {"passage": "p2", "quote": "made entirely of glass and gold by dwarves"},
        ],
    }

    state = await play(says(candidate=draft), document, Rules(min_turns=1, max_turns=1, revision=AsItStands()))

    (span,) = kept(state)[-1].evidence
    assert (span.quote, span.match) == ("built in 1844", "exact")
    assert document.text[span.start : span.end] == span.quote


async def test_what_search_find_brings_is_kept_with_the_message_it_was_searched_for(says, document):
    state = await play(says(), document, Rules(min_turns=1, max_turns=1, revision=AsItStands()))

    asked = kept(state)[0]
    assert asked.found[0] == asked.plan.target[0]  # type: ignore[union-attr]
    assert set(asked.found) <= {passage.id for passage in document.passages}


async def test_a_reviewer_without_the_document_does_not_get_it(says, document):
    model = says()

    await play(model, document)

    seen = {request.speaker: request.document is not None for request in model.of("reviewer")}
    assert seen == {"fact-checker": True, "layperson": False, "teacher": True}


async def test_an_error_of_one_candidate_leaves_the_other(says, document):
    def first_fails(request):
        return AnswerError("cut off") if request.speaker == "candidate-1" else _draft_of(request)

    state = await play(says(candidate=first_fails), document)

    assert {node.agent for node in kept(state) if node.role == "assistant"} == {"candidate-2"}


def _draft_of(request) -> dict[str, Any]:
    passage = request.fields["found"].passages[0]
    quote = request.document.passage_text(passage)
    return {"text": f"Here is one more thing: {quote}", "citations": [{"passage": passage.id, "quote": quote}]}
