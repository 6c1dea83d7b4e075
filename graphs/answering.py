"""The second half of a turn: candidates draft at once, and the assistant speaks the draft that is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r2s.agents.candidate import DraftAnswer
from r2s.agents.scene import Scene
from r2s.documents.words import spoken_length
from r2s.errors import AnswerError
from r2s.graphs.attempts import Outcome, attempt_reply
from r2s.graphs.branching import Branching
from r2s.graphs.state import CandidateState, DialogueState, lines, path_to, scene_of
from r2s.graphs.team import Rules, Team
from r2s.policies.quality import echo_share, is_goodbye
from r2s.policies.stopping import Progress
from r2s.seeds import derive_seed
from r2s.trees.coverage import covered_share, uncovered_passages
from r2s.trees.node import Evidence, Node, Review, Stop
from r2s.trees.tree import node_id
from r2s.usage import Usage

# The score of what is ordinary and enough.
DOES_ITS_JOB = 3


@dataclass(frozen=True)
class Answering:
    """Nodes of the graph; each returns only what it changes."""

    team: Team
    rules: Rules

    async def candidate(self, state: CandidateState) -> dict[str, Any]:
        """Draft one reply; a draft that cannot be used is kept as failed, without its text."""
        candidate, scene = self.team.candidates[state["number"]], scene_of(state)
        said = state["nodes"][state["asked"]].text
        try:
            outcome = await attempt_reply(
                self.rules.acceptance,
                scene,
                lambda moment: candidate.draft(moment, state["plan"], said, state["found"]),
                self.rules.acceptance.longest(scene.language),
            )
        except AnswerError as error:
            draft = _draft(state, candidate.name, state["number"], "failed", "", flaws=("empty",), usage=error.usage)
            return {"nodes": {draft.id: draft}}
        draft = self._draft_of(state, candidate.name, state["number"], outcome)
        return {"nodes": {draft.id: draft}}

    async def panel(self, state: DialogueState) -> dict[str, Any]:
        """Wait for all drafts; without a usable one the turn has failed."""
        return {} if drafts_of(state) else _failed_turn(state)

    async def assistant(self, state: DialogueState) -> dict[str, Any]:
        """Speak the kept draft, rewritten where the policy asks for it, and see whether the dialogue is over."""
        if not drafts_of(state):
            return _failed_turn(state)
        kept = chosen_draft(state)
        nodes = {kept.id: kept}
        if self.rules.revision.wanted(kept.reviews):
            nodes = await self._rewritten(state, kept)
        leaf = next(node for node in nodes.values() if node.status == "kept")
        spoken: DialogueState = {**state, "nodes": {**state["nodes"], **nodes}, "leaf": leaf.id}
        spoken["stop"] = stop_after(spoken, self.rules)
        branching = Branching(self.team, self.rules)
        siblings, branched = branching.branch_off(spoken, _scores(spoken), lambda state: stop_after(state, self.rules))
        change = {"nodes": {**nodes, **siblings}, "leaf": leaf.id, "stop": spoken["stop"], **branched, "siblings": 0}
        # A weakness that the rewrite has mended is nothing to dig into any more; a new side stays one.
        is_mended = leaf.kind == "rewrite" and state["mode"] == "depth"
        return {**change, "mode": None, "advice": ""} if is_mended else change

    async def _rewritten(self, state: DialogueState, kept: Node) -> dict[str, Node]:
        """The kept draft and its rewrite, which takes its place unless its length or a last check is against it."""
        scene, said = scene_of(state), state["nodes"][state["asked"]].text
        criticisms = list(dict.fromkeys(weakness for review in kept.reviews for weakness in review.weaknesses))
        try:
            outcome = await attempt_reply(
                self.rules.acceptance,
                scene,
                lambda moment: self.team.assistant.rewrite(moment, state["plan"], said, kept, criticisms),
                self.rules.revision.longest(spoken_length(kept.text, scene.language)),
            )
        except AnswerError as error:
            return {kept.id: kept.paying(error.usage)}
        if outcome.answer.text.strip() == kept.text or self.rules.acceptance.refuses(outcome.flaws):
            return {kept.id: kept.paying(outcome.usage)}
        draft = self._draft_of(state, "assistant", len(self.team.candidates), outcome)
        rewrite = draft.model_copy(update={"kind": "rewrite", "chair": kept.chair})
        holds = "too-long" not in outcome.flaws
        if holds:
            rewrite, holds = await self._checked(state, scene, kept, rewrite)
        chosen, other = (rewrite, kept) if holds else (kept, rewrite)
        nodes = [chosen.model_copy(update={"status": "kept"}), other.model_copy(update={"status": "rejected"})]
        return {node.id: node for node in nodes}

    async def _checked(self, state: DialogueState, scene: Scene, kept: Node, rewrite: Node) -> tuple[Node, bool]:
        """The rewrite with its last review, and whether it may stand in for the draft."""
        checker = next((reviewer for reviewer in self.team.reviewers if reviewer.persona.sees_document), None)
        if checker is None:
            return rewrite, True
        try:
            said = state["nodes"][state["asked"]].text
            ballot = await checker.review(scene, state["plan"], said, [rewrite, kept])
        except AnswerError as error:
            return rewrite.paying(error.usage), False
        reviews = tuple(ballot.reviews[id] for id in [rewrite.id] if id in ballot.reviews)
        checked = rewrite.paying(ballot.usage).model_copy(update={"reviews": reviews})
        return checked, _holds(ballot.reviews, rewrite.id, kept.id)

    def _draft_of(self, state: DialogueState, agent: str, order: int, outcome: Outcome[DraftAnswer]) -> Node:
        refused = self.rules.acceptance.refuses(outcome.flaws)
        return _draft(
            state,
            agent,
            order,
            "failed" if refused else "rejected",
            "" if refused else outcome.answer.text.strip(),
            evidence=() if refused else outcome.evidence,
            flaws=tuple(outcome.flaws),
            usage=outcome.usage,
        )


def _holds(reviews: Mapping[str, Review], rewrite: str, draft: str) -> bool:
    """Whether a rewrite is at least as accurate as its draft, and still answers what was said where that did."""
    before, after = (reviews[id].scores if id in reviews else {} for id in (draft, rewrite))
    answers = after.get("relevance", 0) >= min(DOES_ITS_JOB, before.get("relevance", 0))
    return answers and after.get("accuracy", 0) >= before.get("accuracy", 0)


def stop_after(state: DialogueState, rules: Rules) -> Stop | None:
    """What the stop rules say after a turn."""
    path, document = path_to(state["nodes"], state["leaf"]), state["document"]
    said = [line.text for line in lines(path) if line.speaker == "assistant"]
    progress = Progress(
        turn=state["turn"],
        min_turns=rules.min_turns,
        max_turns=rules.max_turns,
        coverage=covered_share(path, len(document.text)),
        matter_left=len(uncovered_passages(document.passages, path)),
        user_closed=state["closed"],
        goodbyes=sum(is_goodbye(node.text, document.language) for node in path),
        echo=echo_share(said[-1], said[:-1], document.language),
    )
    fired = rules.stop.fires(progress)
    return Stop(rule=fired[0], turn=state["turn"], reason=fired[1]) if fired else None


def drafts_of(state: DialogueState) -> list[Node]:
    """The usable drafts of this turn, in the order of their candidates."""
    nodes = state["nodes"].values()
    drafts = [node for node in nodes if node.parent == state["asked"] and node.status != "failed"]
    return sorted(drafts, key=lambda node: node.order)


def _failed_turn(state: DialogueState) -> dict[str, Any]:
    asked = state["nodes"][state["asked"]].model_copy(update={"status": "failed"})
    stop = Stop(rule="failed_turn", turn=state["turn"] - 1, reason="no candidate gave a usable draft")
    return {"nodes": {asked.id: asked}, "stop": stop}


def chosen_draft(state: DialogueState) -> Node:
    """The draft that the chairman kept; without a panel the one with the fewest flaws, then the most evidence."""
    drafts = drafts_of(state)
    kept = next((draft for draft in drafts if draft.status == "kept"), None)
    if kept is None:
        kept = min(drafts, key=_weakness)
    return kept.model_copy(update={"status": "kept"})


def _scores(state: DialogueState) -> dict[str, float]:
    """How the panel scored the drafts; without a panel they are told apart by what there is to see in them."""
    chair = state["nodes"][state["leaf"] or ""].chair
    drafts = sorted(drafts_of(state), key=_weakness)
    return chair.scores if chair else {draft.id: -float(place) for place, draft in enumerate(drafts)}


def _weakness(draft: Node) -> tuple[int, int, int]:
    return len(draft.flaws), -_length(draft.evidence), draft.order


def _length(evidence: Sequence[Evidence]) -> int:
    return sum(span.end - span.start for span in evidence)


def _draft(
    state: DialogueState,
    agent: str,
    order: int,
    status: str,
    text: str,
    *,
    evidence: tuple[Evidence, ...] = (),
    flaws: tuple[str, ...] = (),
    usage: Usage,
) -> Node:
    return Node.model_validate(
        {
            "id": node_id(state["asked"], agent, state["siblings"] + order),
            "parent": state["asked"],
            "order": state["siblings"] + order,
            "turn": state["turn"],
            "role": "assistant",
            "agent": agent,
            "kind": "draft",
            "status": status,
            "text": text,
            "evidence": evidence,
            "flaws": flaws,
            "usage": usage,
            "seed": derive_seed(state["seed"], agent, state["turn"]),
        }
    )
