"""Large trees to measure views with: two replies of three are kept and go on, each reviewed by three."""

from collections import deque
from collections.abc import Iterator

from r2s.documents.document import Passage
from r2s.trees.node import CRITERIA, NOBODY, Chair, Criterion, Evidence, Node, Plan, Review, Stop
from r2s.trees.tree import ConversationTree, Totals, TreeDocument

SENTENCE = "The keeper of tower {} wrote down in the spring of that year that the lamp had burned for {} nights. "
SENTENCES = tuple(SENTENCE.format(number, number * 3) for number in range(250))
PLAN = Plan(type="question-answer", progress="continues", process="asks and answers", purpose="to know " * 6)


def large_tree(size: int, name: str = "t") -> ConversationTree:
    """A tree of about so many messages over a document of 5,000 words."""
    passages = tuple(_passages())
    text = "".join(SENTENCES)
    nodes = tuple(_messages(size, passages, text))
    return ConversationTree(
        id=name,
        run="r",
        method="cod_review",
        models={"default": "m"},
        seed=0,
        replicate=0,
        cast=NOBODY,
        stop=Stop(rule="max_turns", turn=12, reason="12 of at most 12 turns"),
        document=TreeDocument(
            id=name, title=f"Towers {name}", lang="en", source=name, sha256="", text=text, passages=passages
        ),
        nodes=nodes,
        coverage=0.4,
        totals=Totals(nodes=len(nodes), turns=12, calls=0, prompt_tokens=0, completion_tokens=0, cost_usd=None),
    )


def _passages() -> Iterator[Passage]:
    start = 0
    for number, sentence in enumerate(SENTENCES):
        yield Passage(id=f"p{number}", start=start, end=start + len(sentence))
        start += len(sentence)


def _messages(size: int, passages: tuple[Passage, ...], text: str) -> Iterator[Node]:
    last: deque[tuple[str | None, int]] = deque([(None, 0)])
    for made in range(0, size, 4):
        parent, turn = last.popleft()
        asked = _question(f"u{made}", parent, turn + 1)
        replies = [_reply(asked, draft, passages[(made + draft) % len(passages)], text) for draft in range(3)]
        last.extend((reply.id, turn + 1) for reply in replies[:2])
        yield from (asked, *replies)


def _question(id: str, parent: str | None, turn: int) -> Node:
    said = f"And what of the tower that {id} was about?"
    return Node(id=id, parent=parent, order=0, turn=turn, role="user", agent="user", text=said, plan=PLAN, seed=0)


def _reply(asked: Node, draft: int, passage: Passage, text: str) -> Node:
    quote = text[passage.start : passage.end]
    id = f"{asked.id}a{draft}"
    return Node(
        id=id,
        parent=asked.id,
        order=draft,
        turn=asked.turn,
        role="assistant",
        agent=f"candidate-{draft + 1}",
        kind="draft",
        status="rejected" if draft == 2 else "kept",
        text=f"As far as I know: {quote * 3}",
        evidence=(Evidence(passage=passage.id, start=passage.start, end=passage.end, quote=quote, match="exact"),),
        reviews=tuple(_review(seat, draft) for seat in range(3)),
        chair=None if draft else Chair(kept=id, mode="breadth", scores={id: 3.5}, dissent=0.4, reason="It answers."),
        seed=0,
    )


def _review(seat: int, draft: int) -> Review:
    scores: dict[Criterion, int] = {
        criterion: 1 + (seat + draft + place) % 5 for place, criterion in enumerate(CRITERIA)
    }
    weaknesses = ("It says little of the years before. " * 3,)
    return Review(
        reviewer=f"reviewer-{seat}", model="m", scores=scores, rank=draft + 1, vote="positive", weaknesses=weaknesses
    )
