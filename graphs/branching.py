"""Trees that branch: which siblings of a kept reply go on, and their dialogues, all played at once on one graph.

main        u1 - a1 - u2 - a2 ...      A path goes on without waiting for those that branched off it, and each gets
               \\ b1 - u2 - a2 ...      its own share of what the tree may still grow: who is faster changes nothing.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from r2s.graphs.state import Branch, DialogueEnd, DialogueState, calls_of, path_to
from r2s.graphs.team import Rules, Team, most_calls_a_turn
from r2s.policies.branching import Room
from r2s.seeds import generator
from r2s.trees.node import Node, Stop
from r2s.usage import Usage

StopOf = Callable[[DialogueState], Stop | None]
OnReply = Callable[[Mapping[str, Node], Node], None]
OnStep = Callable[[Mapping[str, Node]], None]


@dataclass(frozen=True)
class Branching:
    """Decides at the end of a turn which siblings of the reply are carried on, as they stand: none is rewritten."""

    team: Team
    rules: Rules

    def branch_off(
        self, state: DialogueState, scores: Mapping[str, float], stop_of: StopOf
    ) -> tuple[dict[str, Node], dict[str, Any]]:
        """The siblings that are kept or pruned, and what else changes in a state whose reply has been spoken."""
        wanted = self._wanted(state, scores)
        if not wanted:
            return {}, {}
        stops = {id: stop_of({**state, "leaf": id}) for id in wanted}
        going, room = self._fitting(state, [id for id in wanted if stops[id] is None])
        kept = [id for id in wanted if stops[id] is not None or id in going]
        turn, mode, advice, dug = state["turn"], state["mode"], state["advice"], state["dug"]
        branches = tuple(Branch(id, stops[id], room, turn, mode, advice, dug) for id in kept)
        siblings = {id: self._decided(state, id, id in kept) for id in wanted}
        limit = room.more(len(state["nodes"]), _calls(state))
        return siblings, {"branches": branches, "limit": limit}

    def _wanted(self, state: DialogueState, scores: Mapping[str, float]) -> list[str]:
        """The siblings that the policy carries on; the draft behind a rewritten reply is no sibling but the reply."""
        reply = state["nodes"][state["leaf"] or ""]
        kept = reply.chair.kept if reply.chair else reply.id
        random = generator(state["seed"], "branching", state["asked"])
        return self.rules.branching.carried(kept, _told_apart(state["nodes"], reply, kept, scores), random)[1:]

    def _fitting(self, state: DialogueState, open_ends: list[str]) -> tuple[list[str], Room]:
        """As many of these as can all be played to their ends beside the reply itself, and the share of each."""
        limit, need = state["limit"] or self.rules.branching.room, self._need(state)
        left = limit.more(-len(state["nodes"]), -_calls(state))
        for count in range(len(open_ends), -1, -1):
            room = left.share(max(1, count + (state["stop"] is None)))
            if room.holds(*need):
                return open_ends[:count], room
        return [], left

    def _need(self, state: DialogueState) -> tuple[int, int]:
        """The most messages and calls that one dialogue can take from here to its end."""
        turns, candidates = self.rules.max_turns - state["turn"], len(self.team.candidates)
        calls = most_calls_a_turn(self.rules.acceptance.attempts, candidates, len(self.team.reviewers))
        # The user's message, the drafts, and a rewrite.
        return turns * (candidates + 2), turns * calls

    def _decided(self, state: DialogueState, id: str, is_kept: bool) -> Node:
        if is_kept:
            return state["nodes"][id].model_copy(update={"status": "kept"})
        nodes, calls = self._need(state)
        reason = f"no room in the tree for another dialogue, which may take {nodes} messages and {calls} calls"
        return state["nodes"][id].model_copy(update={"status": "pruned", "reason": reason})


def _calls(state: DialogueState) -> int:
    """What has been asked so far, for the messages there are and beside them."""
    return calls_of(state["nodes"].values()) + state["overhead"].replies


def _told_apart(nodes: Mapping[str, Node], reply: Node, kept: str, scores: Mapping[str, float]) -> dict[str, float]:
    """The scores without drafts that say the same, word for word, as the reply or as a draft before them."""
    by_text = {nodes[id].text: id for id in reversed([*scores]) if nodes[id].text not in (reply.text, nodes[kept].text)}
    return {id: score for id, score in scores.items() if id == kept or by_text.get(nodes[id].text) == id}


def _heard_by_nobody(nodes: Mapping[str, Node], reply: Node | None = None) -> None:
    """Steps and replies are told of to whoever asks for it."""


async def play_tree(
    graph: CompiledStateGraph,
    opening: DialogueState,
    step_limit: int,
    on_reply: OnReply = _heard_by_nobody,
    on_step: OnStep = _heard_by_nobody,
) -> DialogueEnd:
    """Play a dialogue and all that branches off it; an error of any is raised after the others have come to their end.

    The nodes come path by path, each in the order in which it branched off; `branches` are all dialogues but the first,
    each with its last message and its stop. `step_limit` bounds the steps of the graph on one path. `on_reply` hears of
    each kept reply when it has been spoken, with the messages so far; `on_step` of the messages of a path after each of
    its steps.
    """
    main = _begin(graph, opening, step_limit, on_reply, on_step)
    try:
        for path in _paths(main):
            await asyncio.wait([path.task])
    finally:
        await _cancel([path.task for path in _paths(main)])
    for error in [path.task.exception() for path in _paths(main)]:
        if error is not None:
            raise error
    ends = [path.task.result() for path in _paths(main)]
    return {
        **ends[0],
        "nodes": dict(_nodes(main)),
        "overhead": sum((end["overhead"] for end in ends), Usage()),
        "branches": tuple(_ended(main)),
    }


async def _cancel(tasks: "Sequence[asyncio.Task[DialogueEnd]]") -> None:
    """Nothing of a tree that nobody waits for any more goes on; tasks that have ended are left as they are."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class _Path:
    """One dialogue under way, and what has branched off it so far: siblings that end at once are not played."""

    task: "asyncio.Task[DialogueEnd]"
    branches: "list[tuple[Branch, _Path | None]]" = field(default_factory=list)


def _begin(
    graph: CompiledStateGraph, opening: DialogueState, step_limit: int, on_reply: OnReply, on_step: OnStep
) -> _Path:
    path: _Path

    async def play() -> DialogueEnd:
        end: Any = opening
        leaf = opening["leaf"]
        async for end in graph.astream(opening, {"recursion_limit": step_limit}, stream_mode="values"):
            for branch in end.get("branches", ())[len(path.branches) :]:
                state = _branch_state(opening, end["nodes"], branch)
                begun = None if branch.stop else _begin(graph, state, step_limit, on_reply, on_step)
                path.branches.append((branch, begun))
            on_step(end["nodes"])
            if end["leaf"] not in (None, leaf):
                leaf = end["leaf"]
                on_reply(end["nodes"], end["nodes"][leaf])
        return end

    path = _Path(asyncio.create_task(play()))
    return path


def _branch_state(opening: DialogueState, nodes: Mapping[str, Node], branch: Branch) -> DialogueState:
    """The state in which a branch begins: what was said up to it, and nothing of what other paths paid for."""
    path = path_to(nodes, branch.leaf)
    return {
        **opening,
        "nodes": {node.id: node for node in path},
        "ballots": {},
        "overhead": Usage(),
        "turn": branch.turn,
        "leaf": branch.leaf,
        "mode": branch.mode,
        "advice": branch.advice,
        "dug": branch.dug,
        "enter": "next",
        "siblings": 0,
        "limit": branch.room.more(len(path), calls_of(path)),
    }


def _paths(path: _Path) -> Iterator[_Path]:
    """This path and all that have branched off it; those of a path are complete once it has ended."""
    yield path
    for _, branch in path.branches:
        if branch is not None:
            yield from _paths(branch)


def _nodes(path: _Path) -> Iterator[tuple[str, Node]]:
    """The messages path by path: a sibling that is carried on stands at the head of its own."""
    leaves = {branch.leaf for branch, _ in path.branches}
    nodes = path.task.result()["nodes"]
    yield from ((id, node) for id, node in nodes.items() if id not in leaves)
    for branch, played in path.branches:
        yield branch.leaf, nodes[branch.leaf]
        if played is not None:
            yield from _nodes(played)


def _ended(path: _Path) -> Iterator[Branch]:
    for branch, played in path.branches:
        if played is None:
            yield branch
            continue
        end = played.task.result()
        yield replace(branch, leaf=end["leaf"] or branch.leaf, stop=end["stop"])
        yield from _ended(played)
