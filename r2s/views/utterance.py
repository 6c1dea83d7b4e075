"""One message in the terminal: its words with what they cite, the panel's scores, the chairman's reason, its price.

Styles only repeat what the text says, so that nothing is lost without them.
"""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from r2s.trees.node import CRITERIA, Chair, Evidence, Node, Review
from r2s.usage import Usage
from r2s.views.said import Said, said_spans

NAMES = {"user": "User", "assistant": "Assistant"}
STYLES = {"user": "bold cyan", "assistant": "bold green"}
VOTES = {"positive": ("+", "green"), "negative": ("-", "red")}
CITED = "underline"


def utterance(node: Node, lang: str, *, ids: bool, beside: Sequence[Node] = ()) -> RenderableType:
    """A message as it was said, with all that is known of it; of a sibling that was not kept, what tells it apart.

    `beside` are the drafts among which the panel chose.
    """
    if node.status == "kept":
        return Group(_head(node, ids), _text(node, lang), *_planned(node), *_judged(node, beside), Text())
    return Group(_sibling_head(node, beside, ids), Text(node.text, style="dim"), *_objections(node), Text())


def usage_told(usage: Usage) -> str:
    """Tokens and money as people read them; nothing where no token was counted."""
    if not usage.prompt_tokens + usage.completion_tokens:
        return ""
    cost = "cost unknown" if usage.cost_usd is None else f"{usage.cost_usd:.4f} USD"
    return f"{usage.prompt_tokens:,} + {usage.completion_tokens:,} tokens, {cost}"


def _head(node: Node, ids: bool) -> Text:
    by = node.agent if node.agent not in ("user", "assistant") else ""
    what = node.kind if node.kind in ("rewrite", "intervention") else ""
    told = ", ".join(filter(None, [by, what, usage_told(node.usage), node.id if ids else ""]))
    return Text.assemble((f"{node.turn} {NAMES[node.role]}", STYLES[node.role]), (f"  {told}" if told else "", "dim"))


def _sibling_head(node: Node, beside: Sequence[Node], ids: bool) -> Text:
    score = next((f"score {node_score:.2f}" for node_score in _scores_of(node, beside)), "")
    votes = " ".join(_vote(review)[0] for review in node.reviews if review.vote or review.error)
    told = [node.status, score, f"votes {votes}" if votes else "", ", ".join(node.flaws), usage_told(node.usage)]
    return Text("  ".join(filter(None, [node.agent, *told, node.id if ids else ""])), style="dim italic")


def _scores_of(node: Node, beside: Sequence[Node]) -> Iterator[float]:
    for sibling in beside:
        if sibling.chair and node.id in sibling.chair.scores:
            yield sibling.chair.scores[node.id]


def _text(node: Node, lang: str) -> Text:
    """What was said, what it cites between marks with the number of the evidence behind them."""
    spans = said_spans(node, lang)
    marks = sorted([(span.start, 1, "‹") for span in spans] + [(span.end, 0, _number(span)) for span in spans])
    text, place = Text(), 0
    for at, _, mark in marks:
        text.append(node.text[place:at], style=CITED if _covers(spans, place, at) else "")
        text.append(mark, style="bold yellow")
        place = at
    return text.append(node.text[place:])


def _number(span: Said) -> str:
    return f"›[{span.evidence + 1}]"


def _covers(spans: Sequence[Said], start: int, end: int) -> bool:
    return any(span.start <= start and end <= span.end for span in spans)


def _planned(node: Node) -> Iterator[RenderableType]:
    """Why it was said, where it stands in the document, and what is wrong with it."""
    if node.plan:
        purpose = "" if node.plan.purpose in node.text else f": {node.plan.purpose}"
        found = f"; found {', '.join(node.found)}" if node.found else ""
        yield Text(f"{node.plan.type}, {node.plan.progress}{purpose}{found}", style="dim")
    for number, evidence in enumerate(node.evidence, 1):
        yield _place(number, evidence, node.text)
    if node.reason:
        yield Text(node.reason, style="dim")
    if node.flaws:
        yield Text(f"flaws: {', '.join(node.flaws)}", style="yellow")


def _place(number: int, evidence: Evidence, said: str) -> Text:
    """Where a quote stands; the quote itself is left out where the reply has it word for word."""
    where = f" evidence {evidence.passage}, characters {evidence.start} to {evidence.end}, {evidence.match}"
    quote = "" if evidence.quote in said else f": {evidence.quote}"
    return Text.assemble((f"[{number}]", "bold yellow"), (where + quote, "dim"))


def _judged(node: Node, beside: Sequence[Node]) -> Iterator[RenderableType]:
    reviews = node.reviews or _reviews_behind(node, beside)
    if reviews:
        yield Padding(_panel(reviews), (0, 0, 0, 1), expand=False)
    for review in reviews:
        yield from _words_of(review)
    if node.chair:
        yield _verdict(node.chair, node)


def _reviews_behind(node: Node, beside: Sequence[Node]) -> tuple[Review, ...]:
    """A rewrite that nobody reviewed stands on the reviews of its draft."""
    kept = node.chair.kept if node.chair else ""
    return next((sibling.reviews for sibling in beside if sibling.id == kept), ())


def _panel(reviews: Sequence[Review]) -> Table:
    """Who gave which score: a row a reviewer, a column a criterion that anybody judged."""
    criteria = [name for name in CRITERIA if any(name in review.scores for review in reviews)]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("votes", no_wrap=True)
    table.add_column("", justify="center")
    for name in criteria:
        table.add_column(name, justify="right", no_wrap=True)
    for review in reviews:
        sign, style = _vote(review)
        scores = (str(review.scores[name]) if name in review.scores else "" for name in criteria)
        table.add_row(Text(review.reviewer), Text(sign, style=style), *scores)
    return table


def _vote(review: Review) -> tuple[str, str]:
    return VOTES.get(review.vote or "", ("no answer" if review.error else "?", "yellow"))


def _words_of(review: Review) -> Iterator[Text]:
    said = [*review.weaknesses, *([f"better: {review.suggestion}"] if review.suggestion else [])]
    if review.error:
        said.append(review.error)
    yield from (Text(f"{review.reviewer}: {words}", style="dim") for words in said)


def _objections(node: Node) -> Iterator[Text]:
    """What was wrong with a draft, by those who did not vote for it."""
    if node.reason:
        yield Text(node.reason, style="dim")
    for review in node.reviews:
        if review.vote != "positive":
            yield from (Text(f"{review.reviewer}: {weakness}", style="dim") for weakness in review.weaknesses)


def _verdict(chair: Chair, node: Node) -> Text:
    score = chair.scores.get(chair.kept)
    kept = "keeps it" + (f" at {score:.2f}" if score is not None else "")
    way = " by ".join(filter(None, [chair.mode, chair.operation]))
    told = f" {kept}, dissent {chair.dissent:.2f}, then {way}: {chair.reason}"
    advice = f" {chair.advice}" if chair.advice else ""
    return Text.assemble(("chairman", "bold magenta"), told + advice)
