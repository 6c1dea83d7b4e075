"""What a fork asks for: which message of which tree, by what settings, and whether play can go on from there."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from r2s.config import RunConfig
from r2s.errors import ConfigError
from r2s.graphs.continuing import state_at, state_planned, state_said
from r2s.graphs.state import DialogueState, Entry, calls_of
from r2s.runs.casts import casts_for
from r2s.runs.manifest import differences
from r2s.runs.methods import METHODS, Method, rules_of
from r2s.seeds import dialogue_seed
from r2s.trees.node import AssistantCast, Cast, Fork, Node, Plan, UserCast
from r2s.trees.tree import ConversationTree


@dataclass(frozen=True)
class ForkRequest:
    """One fork of the message `node`, which may be given by the beginning of its id; `doc` names its document or tree.

    `say` is said by the user, `plan` is what the user speaks by: after a reply as the next turn, instead of a question
    where `node` is one. `config` are the settings from here on, `run_config` those that the run had.
    """

    path: Path
    node: str
    config: RunConfig
    run_config: RunConfig
    doc: str | None = None
    say: str | None = None
    plan: Plan | None = None

    def find(self, trees: Iterable[ConversationTree]) -> tuple[ConversationTree, Node]:
        """The message and its tree; messages of several trees may begin alike, so that `doc` tells which is meant."""
        found: list[tuple[ConversationTree, Node]] = []
        for tree in trees:
            found += [(tree, node) for node in tree.nodes if self._means(tree, node)]
            if found[-1:] and found[0][0] is not found[-1][0]:
                which = f"{found[0][0].document.id}, {tree.document.id}, ..."
                raise ConfigError(
                    f"several dialogues have a message {self.node!r} ({which}); give more of the id, or --doc"
                )
        if not found:
            where = f"the dialogue of {self.doc!r} in {self.path}" if self.doc else str(self.path)
            raise ConfigError(f"{where} has no message {self.node!r}; r2s show {self.path} --ids tells what there is")
        if len(found) > 1:
            raise ConfigError(f"several messages begin with {self.node!r}; give more of the id")
        return found[0]

    def _means(self, tree: ConversationTree, node: Node) -> bool:
        is_tree = self.doc in (None, tree.id, tree.document.id)
        return is_tree and bool(self.node) and node.id.startswith(self.node)

    def known(self, tree: ConversationTree, node: Node) -> Fork | None:
        """The same fork, where it was played before."""
        return next((fork for fork in tree.forks if fork.id == self.id(tree, node)), None)

    def id(self, tree: ConversationTree, node: Node) -> str:
        """A hash of all that decides the fork."""
        plan = self.plan.model_dump_json() if self.plan else ""
        parts = [self.config.identity(), tree.id, node.id, str(self.seed(tree)), self.say or "", plan]
        return hashlib.blake2s("\x1f".join(parts).encode(), digest_size=6).hexdigest()

    def seed(self, tree: ConversationTree) -> int:
        """The dialogue's own seed, so that what is asked again is known; another where another one was asked for."""
        if self.config.seed == self.run_config.seed:
            return tree.seed
        return dialogue_seed(self.config.seed, tree.document.id, tree.replicate)

    def opening(self, tree: ConversationTree, node: Node) -> DialogueState:
        """The state to go on from; raises `ConfigError` where there is nothing to go on from, or nothing new to it."""
        if failed := [earlier.id for earlier in tree.path_to(node.id) if earlier.status == "failed"]:
            raise ConfigError(f"the turn of {failed[0]} has failed, so nothing follows it; fork the reply before it")
        state = self._state(tree, node)
        self._check_method(state)
        self._check_turns(state, node)
        self._check_new(tree, node)
        room = rules_of(self.config).branching.room.more(-len(tree.nodes), -tree.totals.calls)
        nodes = state["nodes"].values()
        return {**state, "cast": self._cast(tree, state), "limit": room.more(len(nodes), calls_of(nodes))}

    def _cast(self, tree: ConversationTree, state: DialogueState) -> Cast:
        """Who takes part: the dialogue's own cast, and what that leaves open drawn where the method needs it."""
        if tree.cast.user.goal or not self._method.is_cast:
            return tree.cast
        drawn = casts_for(self.config, lambda: [state["document"]]).cast(state["document"], tree.replicate)
        return Cast(
            user=drawn.user.model_copy(update=_said_of(tree.cast.user)),
            assistant=drawn.assistant.model_copy(update=_said_of(tree.cast.assistant)),
        )

    @property
    def _method(self) -> Method:
        return METHODS[self.config.method]

    def _state(self, tree: ConversationTree, node: Node) -> DialogueState:
        seed = self.seed(tree)
        if unknown := [id for id in (self.plan.target if self.plan else ()) if id not in self._passages(tree)]:
            raise ConfigError(f"--plan: the document has no passage {unknown[0]!r}")
        if self.say is not None:
            if not self.say.strip():
                raise ConfigError("--say: say something")
            return state_said(tree, node.id, seed, self.say.strip(), self.plan)
        if self.plan is not None:
            return state_planned(tree, node.id, seed, self.plan)
        return state_at(tree, node.id, seed)

    @staticmethod
    def _passages(tree: ConversationTree) -> set[str]:
        return {passage.id for passage in tree.document.passages}

    def _check_method(self, state: DialogueState) -> None:
        document, way = state["document"], state["enter"]
        able = [name for name, method in METHODS.items() if way in method.enters and method.starts_from(document)]
        if self.config.method not in able:
            what = WAYS[way] + (" without a document" if way in self._method.enters else "")
            others = f"{', '.join(able)} can, by --method" if able else "nor can any other method"
            raise ConfigError(f"{self.config.method} cannot {what}; {others}")

    def turns_left(self, state: DialogueState) -> int:
        """How many turns are still to be played at the most, that which play begins with among them."""
        most = self._method.turns(state["document"], self.config).most
        return most - state["turn"] + (state["enter"] != "next")

    def _check_turns(self, state: DialogueState, node: Node) -> None:
        if self.turns_left(state) < 1:
            mend = "nothing was said after it" if self._method.takes == "pairs" else "give more --turns"
            raise ConfigError(f"{node.id} is in the last turn, {node.turn}; {mend}")
        stop = self._method.stop(state, rules_of(self.config)) if state["enter"] == "next" else None
        if stop:
            raise ConfigError(
                f"the dialogue is over at {node.id} ({stop.rule}: {stop.reason}); go on from an earlier message, by"
                " --say or --plan, or under another policies.stop"
            )

    def _check_new(self, tree: ConversationTree, node: Node) -> None:
        followed = any(child.status == "kept" for child in tree.children(node.id))
        is_same = self.config.identity() == self.run_config.identity() and self.say is None and self.plan is None
        if followed and is_same:
            raise ConfigError(
                f"under the run's own settings {node.id} goes on as it did; change one, such as --reviewers, or --seed"
            )

    def changed(self) -> dict[str, Any]:
        before, now = self.run_config.model_dump(mode="json"), self.config.model_dump(mode="json")
        return {name: value for name, (_, value) in differences(before, now).items()}


def read_plan(text: str) -> Plan:
    """A plan from JSON with at least a type; raises `ConfigError` where it is none."""
    try:
        given = orjson.loads(text)
        plan = Plan.model_validate({"progress": "continues", "process": "", "purpose": "", **given})
    except (TypeError, ValueError) as error:
        first = str(error).splitlines()
        raise ConfigError(f"--plan: this is no plan, such as {_EXAMPLE}: {' '.join(first[:3])}") from None
    if unknown := set(given) - set(Plan.model_fields):
        raise ConfigError(f"--plan: a plan has no {', '.join(sorted(unknown))}; it has {', '.join(Plan.model_fields)}")
    return plan


def _said_of(somebody: UserCast | AssistantCast) -> dict[str, str]:
    return {trait: text for trait, text in somebody.model_dump().items() if text}


WAYS: dict[Entry, str] = {
    "next": "go on from the middle of a dialogue",
    "again": "answer a question again",
    "say": "reply to what a person says",
    "plan": "let the user speak by a plan",
}
_EXAMPLE = '{"type": "question-question", "purpose": "find out who built it"}'
