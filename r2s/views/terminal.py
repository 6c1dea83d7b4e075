"""A conversation tree in the terminal: the dialogue with its plans, evidence, votes and drafts."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from r2s.models.journal import CallRecord
from r2s.trees.node import NOBODY, Node
from r2s.trees.tree import ConversationTree

SPEAKERS = {"user": ("User", "bold cyan"), "assistant": ("Assistant", "bold green")}


def print_dialogue(tree: ConversationTree, console: Console | None = None) -> None:
    """Only what was said, along the first kept path."""
    console = console or Console(highlight=False)
    console.print(Text(f"{tree.document.title or tree.document.id}", style="bold underline"))
    for node in tree.dialogues()[0]:
        name, style = SPEAKERS[node.role]
        console.print()
        console.print(Text.assemble((f"{name}: ", style), node.text))


def print_tree(tree: ConversationTree, console: Console | None = None, *, ids: bool = False) -> None:
    """Every message with what was planned, found, reviewed and decided, and with its id where that is wanted."""
    console = console or Console(highlight=False)
    console.print(_head(tree))
    roots = [node for node in tree.nodes if node.parent is None]
    for root in roots:
        shown = Tree(_message(root, ids), guide_style="dim")
        _describe(shown, root)
        _grow(shown, tree, root, ids)
        console.print(shown)
    for which, stop in [("", tree.stop), *((f" ({leaf})", stop) for leaf, stop in tree.stops.items())]:
        console.print(Text(f"stopped after turn {stop.turn}{which}: {stop.rule}, {stop.reason}", style="dim"))


def print_call(record: CallRecord, console: Console | None = None) -> None:
    """Exactly what a role saw and said."""
    console = console or Console(highlight=False)
    console.print(Text(f"{record.speaker} asks {record.model}, call {record.key}", style="bold"))
    for message in record.messages:
        console.print(Text(f"\n[{message['role']}]", style="bold cyan"))
        console.print(Text(message["content"]), soft_wrap=True)
    console.print(Text("\n[reply]", style="bold green"))
    console.print(Text(record.content), soft_wrap=True)


def _head(tree: ConversationTree) -> Text:
    user = tree.cast.user
    cast = f"user: {user.persona}; {user.goal} {user.knowledge}; {user.manner}\n" if tree.cast != NOBODY else ""
    return Text.assemble(
        (f"{tree.document.title or tree.document.id}\n", "bold"),
        (f"tree {tree.id}, {tree.method}, {tree.totals.turns} turns, coverage {tree.coverage:.0%}\n", "dim"),
        (cast, "dim"),
    )


def _grow(shown: Tree, tree: ConversationTree, node: Node, ids: bool) -> None:
    """Kept messages go on along one line; drafts that were not kept hang beside them."""
    while True:
        children = tree.children(node.id)
        for child in children:
            if child.status != "kept":
                _describe(shown.add(_message(child, ids)), child)
        kept = [child for child in children if child.status == "kept"]
        if len(kept) != 1:
            for child in kept:
                branch = shown.add(_message(child, ids))
                _describe(branch, child)
                _grow(branch, tree, child, ids)
            return
        node = kept[0]
        _describe(shown.add(_message(node, ids)), node)


def _message(node: Node, ids: bool) -> Text:
    name, style = SPEAKERS[node.role]
    id = (f"{node.id} " if ids else "", "dim")
    if node.status != "kept":
        return Text.assemble(id, (f"{node.agent} ({node.status}): {node.text}", "dim"))
    agent = "" if node.agent in ("user", "assistant") else f" ({node.agent})"
    return Text.assemble(id, (f"{node.turn} {name}{agent}: ", style), node.text)


def _describe(shown: Tree, node: Node) -> None:
    for line in _notes(node):
        shown.add(Text(line, style="dim"))


def _notes(node: Node) -> Sequence[str]:
    notes = [node.reason] if node.reason else []
    if node.plan:
        notes.append(f"plan: {node.plan.type}, {node.plan.progress}; found {', '.join(node.found) or 'nothing'}")
    notes += [f"evidence {span.passage} {span.start}:{span.end} {span.match}: {span.quote}" for span in node.evidence]
    votes = [f"{review.reviewer} {_vote(review.vote)}" for review in node.reviews if review.vote or review.error]
    if votes:
        notes.append("votes: " + ", ".join(votes))
    for review in node.reviews:
        if not review.vote:
            notes += [f"{review.reviewer}: {weakness}" for weakness in review.weaknesses]
    if node.chair:
        way = " by ".join(filter(None, [node.chair.mode, node.chair.operation]))
        notes.append(f"chairman: {way}, dissent {node.chair.dissent}; {node.chair.reason}")
    if node.flaws:
        notes.append("flaws: " + ", ".join(node.flaws))
    return notes


def _vote(vote: str | None) -> str:
    return {"positive": "+", "negative": "-"}.get(vote or "", "no answer")
