"""A fork: a finished dialogue goes on from any of its messages under other settings, as a new branch of its tree.

The run's journal is asked first, so that only what is new is paid for. The tree in the run's files is replaced when all
is played: a fork that does not come to its end changes nothing, and the same command goes on from the calls it made.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.language_models import BaseChatModel

from r2s.clock import timestamp
from r2s.errors import ConfigError, ResumeError, RunError, StoppedError, TurnError, WaitingError
from r2s.graphs.branching import play_tree
from r2s.graphs.state import DialogueEnd, DialogueState
from r2s.models.desk.desk import Desk
from r2s.models.journal import Journal
from r2s.models.journal.address import Where
from r2s.models.prices import may_cost
from r2s.models.request import Model
from r2s.runs.back_ends import BackEnds
from r2s.runs.directory import append_line, open_lines, write_json
from r2s.runs.endpoints import add_endpoints
from r2s.runs.estimate import going_on
from r2s.runs.events import Tell
from r2s.runs.fork_request import ForkRequest
from r2s.runs.ledger import event_line
from r2s.runs.meter import Meter
from r2s.runs.methods import METHODS, method_graph
from r2s.runs.reading import figures_of, open_run
from r2s.runs.replacing import replace_tree
from r2s.runs.simulation import cast_dialogue, step_limit
from r2s.runs.tracing import traced_as
from r2s.runs.waiting import wait_for
from r2s.trees.growing import grown_on
from r2s.trees.node import Fork, Node
from r2s.trees.tree import ConversationTree
from r2s.usage import Usage


@dataclass(frozen=True)
class Forked:
    """The tree with its new branch. Without `is_new` it was there already; `calls` went out now, the rest was known."""

    tree: ConversationTree
    fork: Fork
    is_new: bool
    messages: int = 0
    calls: int = 0


@dataclass(frozen=True)
class Outlook:
    """What a fork would take: up to so many turns, and calls if all goes smoothly and at most; known ones are free.

    Tokens and dollars are those of the smooth calls; `paid` names the models that cost money, or may.
    """

    tree: str
    document: str
    node: str
    turns: int
    calls: int
    calls_at_most: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    paid: tuple[str, ...]
    is_known: bool


Watch = Callable[[ConversationTree, Sequence[Node]], None]
"""Hears of the tree that is forked and of the messages of the branch so far, which may still change, step by step."""


def _watched_by_nobody(tree: ConversationTree, branch: Sequence[Node]) -> None:
    """Without a page nobody sees a branch grow."""


@dataclass
class Forking:
    """A fork to be played.

    `models` gives the model of a role where it is not to follow from its name; `journal` is the run's journal where it
    lies outside of the run. `watch` sees the branch grow.
    """

    request: ForkRequest
    models: Callable[[str], Model | BaseChatModel] | None = None
    journal: Where | None = field(default=None, repr=False)
    watch: Watch = field(default=_watched_by_nobody, repr=False)

    def __post_init__(self) -> None:
        self.directory = open_run(self.request.path)
        self.meter = Meter(self.request.config.limits)

    def outlook(self, trees: Iterable[ConversationTree] | None = None) -> Outlook:
        """What playing it would take; asks no model and changes nothing. Raises `ConfigError` where it cannot be.

        `trees` are those that the message may be in, where not all of the run have to be looked through.
        """
        tree, node = self.request.find(self.directory.read_trees() if trees is None else trees)
        known = self.request.known(tree, node)
        state = self.request.opening(tree, node)
        config, turns = self.request.config, self.request.turns_left(state)
        method = METHODS[config.method]
        before = method.before_it(state, config)
        smooth, most = (replace(calls, once=before) for calls in (method.smooth(config), method.most(config)))
        amount = going_on(state["document"], config, turns=turns, before=state["turn"], asked=smooth)
        return Outlook(
            tree.id,
            tree.document.id,
            node.id,
            turns,
            amount.calls,
            before + turns * most.a_turn,
            amount.prompt_tokens,
            amount.completion_tokens,
            amount.cost_usd,
            self._paid(),
            known is not None,
        )

    def _paid(self) -> tuple[str, ...]:
        config = self.request.config
        names = dict.fromkeys(config.known_models.values())
        return tuple(name for name in names if may_cost(name, config.prices))

    def stop(self) -> None:
        """Let no call begin any more; play ends with `StoppedError` once those under way have ended."""
        self.meter.close(StoppedError("stopped on request; the same fork goes on from the calls that were made"))

    async def play(self) -> Forked:
        """Play the branch and put it into the run; raises `ConfigError` where it cannot be, `TurnError` if it fails."""
        with self._locked():
            self.directory.mend()
            tree, node = self.request.find(self.directory.read_trees())
            if known := self.request.known(tree, node):
                return Forked(tree, known, is_new=False)
            return await self._played(tree, node)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with self.directory.locked():
                yield
        except ResumeError:
            raise ConfigError(f"{self.request.path} is in use by a run or a fork; wait until it has ended") from None

    async def _played(self, tree: ConversationTree, node: Node) -> Forked:
        opening = self.request.opening(tree, node)
        with self._unsealed(), open_lines(self.directory.events) as events:

            def tell(name: str, facts: dict[str, Any]) -> None:
                append_line(events, event_line(name, facts))

            end = await self._end(tree, opening, tell)
            if end["leaf"] is None or end["leaf"] in opening["nodes"]:
                reason = end["stop"].reason if end["stop"] else ""
                raise TurnError(f"no turn could be played from {node.id}: {reason}")
            forked = self._grown(tree, node, opening, end)
            replace_tree(self.directory, forked.tree)
            self._record(forked, tell)
        return forked

    @contextmanager
    def _unsealed(self) -> Iterator[None]:
        """Let files change; a run that was sealed is sealed again, also where only its events tell of the fork."""
        is_sealed = self.directory.sums.exists()
        self.directory.sums.unlink(missing_ok=True)
        try:
            yield
            is_sealed = True
        finally:
            if is_sealed:
                self.directory.seal()

    async def _end(self, tree: ConversationTree, opening: DialogueState, tell: Tell) -> DialogueEnd:
        where = self.journal or self.directory.journal
        known = {node.id for node in tree.nodes}

        def watch(nodes: Mapping[str, Node]) -> None:
            self.watch(tree, [node for id, node in nodes.items() if id not in known])

        async with Journal(where) as journal, AsyncExitStack() as playing:
            desk = Desk(self.directory.desk, self.meter)
            back_ends = BackEnds(
                self.request.config, self.meter, journal=journal, given=self.models, tell=tell, desk=desk
            )
            playing.push_async_callback(back_ends.close)
            playing.push_async_callback(self._count, back_ends)
            playing.callback(desk.close)
            desk.open(tell)
            try:
                graph = method_graph(self.request.config, back_ends.of)
                if opening["cast"] != tree.cast:
                    opening = await self._with_cast(opening, back_ends.of("caster"))
                with traced_as(self.request.config):
                    limit = step_limit(opening["document"], self.request.config)
                    return await play_tree(graph, opening, limit, on_step=watch)
            except WaitingError as error:
                waiting = wait_for(back_ends.wanted.values(), 1, self.journal or self.request.path)
                raise RunError(waiting.message if waiting else str(error)) from None

    async def _count(self, back_ends: BackEnds) -> None:
        add_endpoints(self.directory, await back_ends.figures())

    async def _with_cast(self, opening: DialogueState, caster: Model) -> DialogueState:
        document, seed = opening["document"], opening["seed"]
        cast, spent = await cast_dialogue(document, opening["cast"], seed, self.request.config, caster)
        return {**opening, "cast": cast, "overhead": spent}

    def _grown(self, tree: ConversationTree, node: Node, opening: DialogueState, end: DialogueEnd) -> Forked:
        known = {old.id for old in tree.nodes}
        new = {id: played for id, played in end["nodes"].items() if id not in known}
        first = [id for id, played in new.items() if played.parent not in new]
        if self.request.plan is not None:
            new = {id: _intervention(played) if id in first else played for id, played in new.items()}
        heard = {old.id: end["nodes"][old.id] for old in tree.nodes if old.id in opening["nodes"]}
        changed = {id: played for id, played in heard.items() if not _is_settled(tree, id)}
        fork = Fork(
            id=self.request.id(tree, node),
            node=node.id,
            first=tuple(first),
            seed=self.request.seed(tree),
            changed=self.request.changed(),
            models=self.request.config.known_models,
            cast=end["cast"] if end["cast"] != tree.cast else None,
        )
        ended = [(end["leaf"], end["stop"]), *((branch.leaf, branch.stop) for branch in end["branches"])]
        stops = {leaf: stop for leaf, stop in ended if leaf and stop}
        grown = grown_on(tree, {**changed, **new}, stops, _spent(opening, end), fork)
        return Forked(grown, fork, is_new=True, messages=len(new), calls=self.meter.calls)

    def _record(self, forked: Forked, tell: Tell) -> None:
        """Tell of it in the events and the manifest, and count the run again."""
        tree, directory = forked.tree, self.directory
        facts = {
            "document": tree.document.id,
            "tree": tree.id,
            **forked.fork.model_dump(include={"id", "node", "changed"}),
            "said": self.request.say,
            "planned": self.request.plan.model_dump(mode="json") if self.request.plan else None,
            "messages": forked.messages,
            "calls": forked.calls,
        }
        tell("forked", facts)
        figures, manifest = figures_of(directory), directory.read_manifest() or {}
        forks = [*manifest.get("forks", []), {"time": timestamp(), **facts}]
        write_json(directory.metrics, {**directory.read_metrics(), **figures})
        write_json(directory.manifest, {**manifest, "totals": figures, "forks": forks})


def _is_settled(tree: ConversationTree, id: str) -> bool:
    """Whether a message stays as it is: a question that was kept, or a reply whose verdict was gone on from."""
    node = tree.node(id)
    is_followed = any(child.status == "kept" for child in tree.children(id))
    return node.status == "kept" and (node.role == "user" or (node.chair is not None and is_followed))


def _spent(opening: DialogueState, end: DialogueEnd) -> Usage:
    """All that play took."""
    before = opening["nodes"]
    after = (node.usage - before[id].usage if id in before else node.usage for id, node in end["nodes"].items())
    return sum(after, end["overhead"])


def _intervention(node: Node) -> Node:
    return node.model_copy(update={"kind": "intervention"})
