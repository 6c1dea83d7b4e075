"""A reviewer's word: on every draft, however a model writes its labels, and ranked to the last of them."""

from typing import Any

import pytest

from r2s.agents.panel import shipped_personas
from r2s.agents.reviewer import Reviewer, review_of
from r2s.agents.scene import Scene
from r2s.documents import Document
from r2s.errors import AnswerError
from r2s.models.parsing import parse_answer
from r2s.models.request import Request
from r2s.policies.casting import SampledCast
from r2s.policies.consensus import RankScore
from r2s.seeds import generator
from r2s.trees.node import CRITERIA, Node, Plan
from tests.conftest import Scripted


def review(label: str, score: int = 3) -> dict[str, Any]:
    return {"draft": label, "vote": "positive", **dict.fromkeys(CRITERIA, score)}


def answer(*labels: str, ranking: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"reviews": [review(label) for label in labels], "ranking": list(ranking)}


def draft(number: int) -> Node:
    facts = {"id": f"draft-{number}", "parent": "u1", "order": number, "turn": 1, "text": str(number), "seed": 0}
    return Node(role="assistant", agent="candidate", **facts)


@pytest.mark.parametrize("labels", [("A",), ("A", "A"), ("A", "C"), ("A", "the better one")])
def test_a_review_of_each_draft_is_wanted(labels: tuple[str, ...]) -> None:
    with pytest.raises(AnswerError, match="a review of each draft is wanted; B is left out"):
        parse_answer(str(answer(*labels)).replace("'", '"'), review_of(2))


def test_a_label_is_known_by_its_letter() -> None:
    said = review_of(3).model_validate(answer("Draft A", "b", "草稿C", ranking=("draft B", " C.", "A")))

    assert [review.draft for review in said.reviews] == ["A", "B", "C"]
    assert said.ranking == ["B", "C", "A"]


def test_of_several_reviews_of_a_draft_the_first_counts_and_one_of_no_draft_does_not() -> None:
    said = review_of(2).model_validate(
        {"reviews": [review("B", 5), review("C"), review("A"), review("B", 1)], "ranking": []}
    )

    assert [(review.draft, review.depth) for review in said.reviews] == [("A", 3), ("B", 5)]


async def test_a_draft_that_the_ranking_leaves_out_is_last(document: Document) -> None:
    drafts = [draft(number) for number in range(3)]

    def ranks_two(request: Request[Any]) -> dict[str, Any]:
        labels = {int(draft.text): label for label, draft in request.fields["drafts"].drafts.items()}
        reviews = [review(labels[number], score) for number, score in enumerate((5, 4, 2))]
        return {"reviews": reviews, "ranking": [labels[0], labels[1], labels[0], "Z"]}

    reviewer = Reviewer(Scripted({"reviewer": ranks_two}), shipped_personas()[0], "reviewer-1")
    cast = SampledCast().draw("the lighthouse", "en", generator(0))
    scene = Scene(document, cast, transcript=(), turn=1, seed=7)
    plan = Plan(type="question-answer", progress="starts", process="", purpose="")
    ballot = await reviewer.review(scene, plan, "What is it?", drafts)

    assert [ballot.reviews[draft.id].rank for draft in drafts] == [1, 2, 3]
    scores = RankScore().scores(
        {id: [said] for id, said in ballot.reviews.items()}, dict.fromkeys(ballot.reviews, 1), {}
    )
    assert sorted(scores, key=scores.__getitem__, reverse=True) == [draft.id for draft in drafts]
