"""The panel of an examination: reviewers at once and blind to each other, then the verdict that their votes make."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from r2s.errors import AnswerError
from r2s.graphs.responding import answer_of, failed_turn
from r2s.graphs.review_team import ReviewTeam
from r2s.graphs.state import DialogueState, ReviewerState, ballot_key, scene_of
from r2s.graphs.team import Rules
from r2s.policies.consensus import dissent, has_quorum
from r2s.trees.node import Chair, Node, Review, Stop


@dataclass(frozen=True)
class Judging:
    """Nodes of the graph; each returns only what it changes."""

    team: ReviewTeam
    rules: Rules

    async def reviewer(self, state: ReviewerState) -> dict[str, Any]:
        """Hear one reviewer on the answer; a reviewer who fails leaves an error, and the panel goes on."""
        reviewer, question, answer = self.team.reviewers[state["seat"]], *_exchange(state)
        try:
            ballot = await reviewer.criticise(scene_of(state), question.text, answer)
        except AnswerError as error:
            ballot = reviewer.failed(answer, error)
        return {"ballots": {ballot_key(question.id, reviewer.name): ballot}}

    async def verdict(self, state: DialogueState) -> dict[str, Any]:
        """Keep the answer with what was said of it, and see whether anything is to be asked any more."""
        question, answer = _exchange(state)
        ballots = [state["ballots"][ballot_key(question.id, reviewer.name)] for reviewer in self.team.reviewers]
        reviews = tuple(ballot.reviews[answer.id] for ballot in ballots)
        heard = [review for review in reviews if not review.error]
        answer = answer.model_copy(
            update={"reviews": reviews, "usage": sum((ballot.usage for ballot in ballots), answer.usage)}
        )
        if not has_quorum(len(heard), len(reviews), self.rules.quorum):
            failed = failed_turn(question, "too few of the reviewers answered")
            return {**failed, "nodes": {**failed["nodes"], answer.id: answer}}
        kept = answer.model_copy(update={"status": "kept", "chair": self._chair(answer, heard) if heard else None})
        return {"nodes": {kept.id: kept}, "leaf": kept.id, "stop": self._stop(kept)}

    def _chair(self, answer: Node, heard: Sequence[Review]) -> Chair:
        """The verdict. Neither coverage nor earlier digging weighs in: in Review-Instruct the votes alone decide."""
        weights = self.team.weights
        scores = self.rules.consensus.scores({answer.id: heard}, {answer.id: len(answer.text)}, weights)
        mode = self.rules.steering.mode(heard, weights, uncovered=0, turns_left=0, dug=0)
        return Chair(kept=answer.id, mode=mode, scores=scores, dissent=dissent(heard), reason="")

    def _stop(self, answer: Node) -> Stop | None:
        """The last question would not be answered, so it is not asked; and without comments there is nothing to ask."""
        if answer.turn >= self.rules.max_turns:
            reason = f"{answer.turn} of {self.rules.max_turns} turns"
            return Stop(rule="max_turns", turn=answer.turn, reason=reason)
        if answer.chair is None:
            return Stop(rule="no_comments", turn=answer.turn, reason="without reviewers nothing is asked on")
        return None


def _exchange(state: DialogueState) -> tuple[Node, Node]:
    """The question of this turn and its answer."""
    answer = answer_of(state)
    assert answer is not None, "reviewers hear an answer"
    return state["nodes"][state["asked"]], answer
