"""`preference`: two replies to the same words, the better one chosen, in TRL's conversational format."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import Field

from r2s.samples import columns
from r2s.samples.dialogue import Dialogue
from r2s.samples.targets.target import Row, Target
from r2s.trees.node import Node, mean_score
from r2s.trees.tree import ConversationTree


class Pair(NamedTuple):
    """Two replies to the same question; the scores (1 to 5) are null where they were not compared by score."""

    chosen: Node
    rejected: Node
    origin: Literal["scores", "rewrite"]
    chosen_score: float | None = None
    rejected_score: float | None = None


class Preference(Target, frozen=True):
    """Siblings that the same reviewers scored at least `gap` points (1 to 5) apart, and replies before and after
    they were rewritten. A chosen reply is always one that was kept."""

    advice: ClassVar[str] = "no two replies to one question are far enough apart: lower target.gap"
    kind: Literal["preference"] = "preference"
    gap: float = Field(default=0.5, gt=0, le=4)
    rewrites: bool = True

    def rows(self, dialogues: Sequence[Dialogue]) -> Iterator[Row]:
        seen: set[str] = set()
        for dialogue in dialogues:
            for index, question in enumerate(dialogue.path):
                if question.role == "user" and question.id not in seen:
                    seen.add(question.id)
                    prompt = dialogue.messages[: index + 1]
                    yield from (_row(dialogue, prompt, pair) for pair in self.pairs(dialogue.tree, question))

    def pairs(self, tree: ConversationTree, question: Node) -> Iterator[Pair]:
        """The pairs among the replies to one question."""
        replies = [node for node in tree.children(question.id) if node.text and node.status != "failed"]
        if self.rewrites:
            yield from _rewrites(replies)
        for one, other in combinations(replies, 2):
            pair = self._by_score(one, other)
            if pair is not None and pair.chosen.status == "kept":
                yield pair

    def _by_score(self, one: Node, other: Node) -> Pair | None:
        first, second = mean_score(one), mean_score(other)
        if first is None or second is None or _panel(one) != _panel(other) or abs(first - second) < self.gap:
            return None
        if first > second:
            return Pair(one, other, "scores", first, second)
        return Pair(other, one, "scores", second, first)

    def table_schema(self) -> Any:
        meta = columns.record(
            **dict.fromkeys(("document", "tree", "chosen", "rejected", "origin"), "string"),
            **dict.fromkeys(("chosen_score", "rejected_score"), "float64"),
            method="string",
            model="string",
            seed="int64",
        )
        lists = {name: columns.messages() for name in ("prompt", "chosen", "rejected")}
        return columns.table(**lists, meta=meta)


def _panel(reply: Node) -> set[str]:
    """Who scored it: the means of two panels cannot be compared."""
    return {review.reviewer for review in reply.reviews if review.scores}


def _rewrites(replies: Sequence[Node]) -> Iterator[Pair]:
    """A kept rewrite against what it was made from: the draft that the chairman kept, else what nobody scored."""
    for after in replies:
        if after.kind == "rewrite" and after.status == "kept":
            for before in replies:
                is_source = before.id == after.chair.kept if after.chair else not _panel(before)
                if before is not after and before.status != "kept" and is_source and before.text != after.text:
                    yield Pair(after, before, "rewrite")


def _row(dialogue: Dialogue, prompt: list[dict[str, str]], pair: Pair) -> Row:
    meta = dialogue.meta
    return {
        "prompt": prompt,
        "chosen": [{"role": "assistant", "content": pair.chosen.text}],
        "rejected": [{"role": "assistant", "content": pair.rejected.text}],
        "meta": {
            "document": meta["document"],
            "tree": meta["tree"],
            "chosen": pair.chosen.id,
            "rejected": pair.rejected.id,
            "origin": pair.origin,
            "chosen_score": pair.chosen_score,
            "rejected_score": pair.rejected_score,
            "method": meta["method"],
            "model": meta["model"],
            "seed": meta["seed"],
        },
    }
