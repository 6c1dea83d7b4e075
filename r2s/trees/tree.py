"""The conversation tree: every message stored once with its parent; a path is a dialogue, a leaf ends one."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeVar

from pydantic import BaseModel, Field

from r2s.documents.document import Document, Part, Passage
from r2s.errors import TreeError
from r2s.trees.coverage import covered_share
from r2s.trees.node import Cast, Fork, Node, Stop
from r2s.usage import People, Usage

if TYPE_CHECKING:
    import networkx
    from matplotlib.axes import Axes

SCHEMA = "r2s.tree/1"
Kind = TypeVar("Kind", bound=BaseModel)


class TreeDocument(BaseModel, frozen=True):
    """The document as the tree keeps it, whole, so that the tree can be read without any other file."""

    id: str
    title: str | None
    lang: str
    source: str
    sha256: str
    text: str
    passages: tuple[Passage, ...]
    part: Part | None = None
    licence: str | None = None

    @cached_property
    def restored(self) -> Document:
        """The document as it was read, for rules that ask it."""
        return Document.model_validate(self.model_dump(exclude={"sha256"}))


class Totals(BaseModel, frozen=True):
    """Counts over a whole tree; `turns` are those of its longest dialogue, `people` who answered in person in it."""

    nodes: int
    turns: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    people: People = ()


class ConversationTree(BaseModel, frozen=True):
    """One dialogue with all its drafts, reviews and decisions; the record that everything else reads.

    `run` is a hash of configuration and inputs, `models` names what played each role, `coverage` is the share of the
    document's characters (0 to 1) that the evidence of kept replies spans, those of all dialogues together. `stop` says
    why the first dialogue ended, `stops` why the others did, by their last message; `forks` are what was added later.
    """

    schema_: Literal["r2s.tree/1"] = Field(default=SCHEMA, alias="schema")
    id: str
    run: str
    method: str
    models: dict[str, str]
    seed: int
    replicate: int
    cast: Cast
    stop: Stop
    stops: dict[str, Stop] = Field(default_factory=dict)
    document: TreeDocument
    nodes: tuple[Node, ...]
    coverage: float
    totals: Totals
    forks: tuple[Fork, ...] = ()

    shown: ClassVar[Callable[["ConversationTree"], dict[str, str]]] = lambda tree: {"text/plain": repr(tree)}
    """What a notebook shows of a tree, by media type: views lie above trees, so `r2s.api` hands in the page."""

    @cached_property
    def graph(self) -> "networkx.DiGraph":
        """The tree as a directed networkx graph from parent to child, each message under its id as `node`."""
        import networkx

        graph = networkx.DiGraph()
        for node in self.nodes:
            graph.add_node(node.id, node=node)
        graph.add_edges_from((node.parent, node.id) for node in self.nodes if node.parent is not None)
        return graph

    def node(self, id: str) -> Node:
        """The message with this id; raises `TreeError` where there is none."""
        try:
            return self._by_id[id]
        except KeyError:
            raise TreeError(f"tree {self.id} has no node {id!r}") from None

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    def path_to(self, id: str) -> tuple[Node, ...]:
        """The messages from the root to this one."""
        path = [self.node(id)]
        while path[-1].parent is not None:
            path.append(self.node(path[-1].parent))
        return tuple(reversed(path))

    def children(self, id: str) -> tuple[Node, ...]:
        """The answers to a message, in the order in which they were made."""
        return tuple(sorted((self.node(child) for child in self.graph.successors(id)), key=lambda node: node.order))

    def dialogues(self) -> list[tuple[Node, ...]]:
        """Every path of kept messages from the root to a kept message that no kept message follows."""
        ends = leaves(self.nodes)
        return [self.path_to(node.id) for node in self.nodes if node.id in ends]

    def to_json(self) -> str:
        """One line of JSON, the same bytes for the same tree."""
        return self.model_dump_json(by_alias=True)

    def to_networkx(self) -> "networkx.DiGraph":
        """A directed networkx graph from each message to its answers, with plain attributes: text, role, score, ..."""
        from r2s.trees.network import network

        return network(self)

    def to_graphml(self, path: str | Path | None = None) -> str:
        """The same as GraphML, written to `path` too where one is given."""
        from r2s.trees.network import graphml

        return _written(graphml(self), path)

    def to_dot(self, path: str | Path | None = None) -> str:
        """The tree for Graphviz, written to `path` too where one is given."""
        from r2s.trees.dot import dot

        return _written(dot(self), path)

    def draw(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the tree with matplotlib (`pip install 'r2s-dialogues[draw]'`), in a figure of its own without `ax`."""
        from r2s.trees.drawing import draw

        return draw(self, ax)

    def __repr_args__(self) -> Iterable[tuple[str, Any]]:
        """What tells a tree from others; its text and its messages would fill the screen."""
        yield from (("id", self.id), ("document", self.document.title or self.document.id), ("method", self.method))
        yield from (("turns", self.totals.turns), ("messages", len(self.nodes)))

    def _repr_mimebundle_(self, **wanted: Any) -> dict[str, str]:
        """What a notebook shows."""
        return ConversationTree.shown(self)

    def _repr_html_(self) -> str:
        return ConversationTree.shown(self).get("text/html", "")


def _written(text: str, path: str | Path | None) -> str:
    if path is not None:
        Path(path).write_text(text, encoding="utf-8")
    return text


class Placed(Protocol):
    """What decides where a message stands in a tree."""

    @property
    def id(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def status(self) -> str: ...


def leaves(nodes: Collection[Placed]) -> set[str]:
    """The kept messages that no kept message follows, by id: a dialogue ends with each."""
    kept = {node.id for node in nodes if node.status == "kept"}
    return kept - {node.parent for node in nodes if node.id in kept}


def tree_id(run: str, document: str, replicate: int) -> str:
    """The id of a tree, the same for the same run, document and replicate."""
    return _short_hash(run, document, str(replicate))


def node_id(after: str, agent: str, order: int) -> str:
    """The id of a message: it follows from where it hangs and who speaks, so that replays agree.

    `after` is the id of the message that it hangs on, for a first one the name of the dialogue: no two messages of a
    run have one id.
    """
    return _short_hash(after, agent, str(order))


def _short_hash(*parts: str) -> str:
    return hashlib.blake2s("\x1f".join(parts).encode(), digest_size=6).hexdigest()


def grow_tree(
    *,
    document: Document,
    nodes: Mapping[str, Node],
    cast: Cast,
    stop: Stop,
    stops: Mapping[str, Stop] = MappingProxyType({}),
    overhead: Usage,
    run: str,
    method: str,
    models: Mapping[str, str],
    seed: int,
    replicate: int,
) -> ConversationTree:
    """The finished tree of a dialogue; `overhead` was spent outside any message."""
    usage = sum((node.usage for node in nodes.values()), overhead)
    kept = [node for node in nodes.values() if node.status == "kept"]
    return ConversationTree(
        id=tree_id(run, document.id, replicate),
        run=run,
        method=method,
        models=dict(models),
        seed=seed,
        replicate=replicate,
        cast=cast,
        stop=stop,
        stops=dict(stops),
        document=_kept_document(document),
        nodes=tuple(nodes.values()),
        coverage=covered_share(kept, len(document.text)),
        totals=totals_of(nodes.values(), usage),
    )


def totals_of(nodes: Collection[Node], usage: Usage) -> Totals:
    """The counts over these messages, which with all else took so much."""
    return Totals(
        nodes=len(nodes),
        turns=len({node.turn for node in nodes if node.status == "kept" and node.role == "assistant"}),
        calls=usage.replies,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        cost_usd=usage.cost_usd,
        people=tuple(sorted({*usage.people})),
    )


def _kept_document(document: Document) -> TreeDocument:
    return TreeDocument(
        id=document.id,
        title=document.title,
        lang=document.lang,
        source=document.source,
        sha256=document.sha256,
        text=document.text,
        passages=document.passages,
        part=document.part,
        licence=document.licence,
    )


def check_tree(tree: ConversationTree) -> ConversationTree:
    """The tree itself, if it holds together; raises `TreeError` naming the first thing that does not."""
    for problem in _problems(tree):
        raise TreeError(f"tree {tree.id}: {problem}")
    return tree


def _problems(tree: ConversationTree) -> Iterable[str]:
    known: dict[str, Node] = {}
    for node in tree.nodes:
        parent = known.get(node.parent) if node.parent is not None else None
        if node.id in known:
            yield f"node {node.id} occurs twice"
        if node.parent is not None and parent is None:
            yield f"node {node.id} comes before its parent {node.parent}"
        if parent is not None and parent.role == node.role:
            yield f"node {node.id} and its parent are both by the {node.role}"
        for evidence in node.evidence:
            if tree.document.text[evidence.start : evidence.end] != evidence.quote:
                yield f"evidence of node {node.id} does not stand at {evidence.start}:{evidence.end}"
        known[node.id] = node


def read_tree(line: str | bytes, where: str) -> ConversationTree:
    """The tree in one line of JSON, checked; raises `TreeError` that says `where`."""
    tree = read_line(ConversationTree, line, where)
    try:
        return check_tree(tree)
    except TreeError as error:
        raise TreeError(f"{where}: {error}") from None


def read_line(kind: type[Kind], line: str | bytes, where: str) -> Kind:
    """What one line of JSON holds; raises `TreeError` that says `where`."""
    from pydantic import ValidationError

    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        first: Any = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the line"
        raise TreeError(f"{where}: {place}: {first['msg']}") from None
