"""The panel at work: reviewers at once and blind to each other, then the chairman's decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from r2s.agents.chairman import Verdicts
from r2s.agents.reviewer import Ballot
from r2s.errors import AnswerError
from r2s.graphs.answering import drafts_of, stop_after
from r2s.graphs.state import DialogueState, ReviewerState, ballot_key, path_to, scene_of
from r2s.graphs.team import Rules, Team
from r2s.policies.consensus import dissent, has_quorum
from r2s.policies.steering import Mode
from r2s.trees.coverage import uncovered_passages
from r2s.trees.node import Chair, Node, Review, Stop
from r2s.usage import Usage


@dataclass(frozen=True)
class Reviewing:
    """Nodes of the graph; each returns only what it changes."""

    team: Team
    rules: Rules

    async def reviewer(self, state: ReviewerState) -> dict[str, Any]:
        """Hear one reviewer on all drafts; a reviewer who fails leaves an error, and the panel goes on."""
        reviewer, drafts = self.team.reviewers[state["seat"]], drafts_of(state)
        try:
            said = state["nodes"][state["asked"]].text
            ballot = await reviewer.review(scene_of(state), state["plan"], said, drafts)
        except AnswerError as error:
            ballot = reviewer.failed(drafts, error)
        return {"ballots": {ballot_key(state["asked"], reviewer.name): ballot}}

    async def chairman(self, state: DialogueState) -> dict[str, Any]:
        """Keep the draft that the consensus scores highest, and say where the next question goes and why."""
        drafts, panel = self._reviewed(state)
        heard = {id: [review for review in reviews if not review.error] for id, reviews in panel.items()}
        least = min(len(reviews) for reviews in heard.values())
        if not has_quorum(least, len(self.team.reviewers), self.rules.quorum):
            return self._no_quorum(state)
        scores = self.rules.consensus.scores(heard, {draft.id: len(draft.text) for draft in drafts}, self.team.weights)
        kept = max(drafts, key=lambda draft: (scores[draft.id], -draft.order))
        mode, uncovered = self._mode(state, kept, heard[kept.id])
        is_last = self._is_last(state, kept)
        spent = self._spent(state)
        try:
            reply = await self.team.chairman.decide(
                scene_of(state),
                said=state["nodes"][state["asked"]].text,
                kept=Verdicts(kept, heard[kept.id]),
                others=[Verdicts(draft, heard[draft.id]) for draft in drafts if draft is not kept],
                mode=None if is_last else mode,
                uncovered=uncovered,
            )
            advice = "" if is_last else reply.answer.advice
            reason, spent = reply.answer.reason, spent + reply.usage
        except AnswerError as error:
            reason, advice, spent = "", "", spent + error.usage
        apart = dissent(heard[kept.id])
        chair = Chair(kept=kept.id, mode=mode, scores=scores, dissent=apart, reason=reason, advice=advice)
        decided = {
            draft.id: draft.model_copy(update={"reviews": tuple(panel[draft.id]), "status": "rejected"})
            for draft in drafts
        }
        decided[kept.id] = decided[kept.id].model_copy(
            update={"status": "kept", "chair": chair, "usage": kept.usage + spent}
        )
        dug = state["dug"] + 1 if mode == "depth" else 0
        return {"nodes": decided, "mode": mode, "advice": advice, "dug": dug}

    def _ballots(self, state: DialogueState) -> list[Ballot]:
        return [state["ballots"][ballot_key(state["asked"], reviewer.name)] for reviewer in self.team.reviewers]

    def _spent(self, state: DialogueState) -> Usage:
        """What the panel's ballots cost."""
        return sum((ballot.usage for ballot in self._ballots(state)), Usage())

    def _reviewed(self, state: DialogueState) -> tuple[list[Node], dict[str, list[Review]]]:
        drafts, ballots = drafts_of(state), self._ballots(state)
        return drafts, {
            draft.id: [ballot.reviews[draft.id] for ballot in ballots if draft.id in ballot.reviews] for draft in drafts
        }

    def _mode(self, state: DialogueState, kept: Node, reviews: Sequence[Review]) -> tuple[Mode, list]:
        path = [*path_to(state["nodes"], state["asked"]), kept]
        uncovered = uncovered_passages(state["document"].passages, path)
        turns_left = self.rules.max_turns - state["turn"]
        return self.rules.steering.mode(reviews, self.team.weights, len(uncovered), turns_left, state["dug"]), uncovered

    def _is_last(self, state: DialogueState, kept: Node) -> bool:
        """Whether nothing follows if this draft is spoken as it stands, so that there is nothing to advise."""
        nodes = {**state["nodes"], kept.id: kept}
        return stop_after({**state, "nodes": nodes, "leaf": kept.id}, self.rules) is not None

    def _no_quorum(self, state: DialogueState) -> dict[str, Any]:
        asked = state["nodes"][state["asked"]].model_copy(update={"status": "failed"})
        stop = Stop(rule="failed_turn", turn=state["turn"] - 1, reason="too few of the reviewers answered")
        return {"nodes": {asked.id: asked}, "overhead": state["overhead"] + self._spent(state), "stop": stop}
