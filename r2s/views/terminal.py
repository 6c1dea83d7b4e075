"""A conversation tree in the terminal: the dialogue with its plans, evidence, reviews, verdicts and other drafts."""

from collections.abc import Callable, Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from r2s.models.journal import CallRecord
from r2s.models.names import BASELINE
from r2s.trees.lines import answers_in
from r2s.trees.node import NOBODY, Node
from r2s.trees.tree import ConversationTree
from r2s.usage import Usage
from r2s.views.console import open_console
from r2s.views.utterance import NAMES, STYLES, usage_told, utterance

Answers = Mapping[str | None, Sequence[Node]]
"""The answers to each message, kept ones first."""


def print_dialogue(tree: ConversationTree, console: Console | None = None) -> None:
    """Only what was said, along the first kept path."""
    console = console or open_console()
    console.print(Text(tree.document.title or tree.document.id, style="bold underline"))
    for node in tree.dialogues()[0]:
        console.print()
        console.print(Text.assemble((f"{NAMES[node.role]}: ", STYLES[node.role]), node.text))


def print_tree(tree: ConversationTree, console: Console | None = None, *, ids: bool = False) -> None:
    """Every message with what was planned, found, reviewed and decided, and with its id where that is wanted."""
    console = console or open_console()
    console.print(_head(tree))
    top = Tree("", hide_root=True, guide_style="dim")
    answers = answers_in(tree)
    for root in answers.get(None, []):
        _grow(top, root, answers, lambda node, beside: utterance(node, tree.document.lang, ids=ids, beside=beside))
    console.print(top)
    for which, stop in [("", tree.stop), *((f" ({leaf})", stop) for leaf, stop in tree.stops.items())]:
        console.print(Text(f"stopped after turn {stop.turn}{which}: {stop.rule}, {stop.reason}", style="dim"))


def print_call(record: CallRecord, console: Console | None = None) -> None:
    """Exactly what a role saw and said."""
    console = console or open_console()
    console.print(Text(f"{record.speaker} asks {record.model}, call {record.key}", style="bold"))
    for message in record.messages:
        console.print(Text(f"\n[{message['role']}]", style="bold cyan"))
        console.print(Text(message["content"]), soft_wrap=True)
    console.print(Text("\n[reply]", style="bold green"))
    console.print(Text(record.content), soft_wrap=True)


def _head(tree: ConversationTree) -> Group:
    totals = tree.totals
    used = Usage(totals.prompt_tokens, totals.completion_tokens, totals.cost_usd)
    counts = f"{totals.turns} turns, {totals.nodes} messages, coverage {tree.coverage:.0%}, {totals.calls} calls"
    return Group(
        Text(tree.document.title or tree.document.id, style="bold"),
        Text(f"{tree.document.id}, {tree.method}, tree {tree.id}, played by {_players(tree)}", style="dim"),
        Text(", ".join(filter(None, [counts, usage_told(used)])), style="dim"),
        *_cast(tree),
        Text(),
    )


def _players(tree: ConversationTree) -> str:
    """The models, and what has to be said of one that is none."""
    names = dict.fromkeys(tree.models.values())
    return " and ".join("the extractive baseline, no language model" if name == BASELINE else name for name in names)


def _cast(tree: ConversationTree) -> Sequence[Text]:
    if tree.cast == NOBODY:
        return []
    user, assistant = tree.cast.user, tree.cast.assistant
    traits = "; ".join(filter(None, [user.persona, user.goal, user.knowledge, user.manner]))
    told = [Text(f"user: {traits}", style="dim")]
    return [*told, Text(f"assistant: {assistant.manner}", style="dim")] if assistant.manner else told


def _grow(shown: Tree, node: Node, answers: Answers, drawn: Callable[[Node, Sequence[Node]], RenderableType]) -> None:
    """Kept messages go on along one line, and drafts that were not kept hang under the message that they reply to.

    Where several replies were kept, each goes on along a line of its own.
    """
    beside: Sequence[Node] = ()
    while True:
        item = shown.add(drawn(node, beside))
        beside = answers.get(node.id, [])
        kept = [child for child in beside if child.status == "kept"]
        for sibling in beside[len(kept) :]:
            item.add(drawn(sibling, beside))
        if len(kept) != 1:
            break
        node = kept[0]
    for number, child in enumerate(kept, 1):
        _grow(item.add(Text(f"branch {number} of {len(kept)}", style="bold")), child, answers, drawn)
