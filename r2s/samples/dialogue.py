"""A dialogue: one kept path of a tree, from a first question to a last reply; what is filtered and exported."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from r2s.documents.language import rules_for
from r2s.trees.node import Node, mean_score
from r2s.trees.tree import ConversationTree

Loss = Literal["once", "every"]


@dataclass(frozen=True)
class Dialogue:
    """`train` holds the indices of the replies whose loss counts."""

    tree: ConversationTree
    path: tuple[Node, ...]
    train: tuple[int, ...]

    @property
    def id(self) -> str:
        """The tree and its leaf: the same for the same run, document, replicate and branch."""
        return f"{self.tree.id}-{self.path[-1].id}"

    @property
    def language(self) -> str:
        """`zh` where the document is Chinese; `en` for every other, whose words are told apart as English ones are."""
        return rules_for(self.tree.document.lang)

    @property
    def replies(self) -> list[Node]:
        return [node for node in self.path if node.role == "assistant"]

    @property
    def exchanges(self) -> list[tuple[Node, Node]]:
        """The turns: what the user said and the reply to it."""
        return list(zip(self.path[::2], self.path[1::2], strict=True))

    @cached_property
    def messages(self) -> list[dict[str, str]]:
        """What was said, as chat templates take it; plans, thoughts and verdicts are never in it."""
        return [{"role": node.role, "content": node.text} for node in self.path]

    @cached_property
    def characters(self) -> int:
        """The length of all messages together."""
        return sum(len(node.text) for node in self.path)

    @property
    def meta(self) -> dict[str, Any]:
        """Where a sample comes from and what is to be trained on."""
        return {
            "document": self.tree.document.id,
            "tree": self.tree.id,
            "path": [node.id for node in self.path],
            "train": list(self.train),
            "types": [node.plan.type for node in self.path if node.plan],
            "evidence": [[span.start, span.end] for node in self.replies for span in node.evidence],
            "scores": [mean_score(node) for node in self.replies],
            "method": self.tree.method,
            "model": self._model,
            **({"people": self._people} if self._people else {}),
            "seed": self.tree.seed,
        }

    @cached_property
    def _people(self) -> list[str]:
        """Who had a hand in its messages in person."""
        return sorted({person for node in self.path for person in node.usage.people})

    @property
    def _model(self) -> str:
        """What answered: the model of the role that spoke the first reply; a rewrite counts as the candidates'.

        Where the path runs through a fork, the models are those of its last one.
        """
        ids = {node.id for node in self.path}
        models = next((fork.models for fork in reversed(self.tree.forks) if ids & {*fork.first}), self.tree.models)
        role = self.replies[0].agent.rstrip("-0123456789")
        return models.get("candidate" if role == "assistant" else role) or models["default"]


def dialogues_of(tree: ConversationTree, loss: Loss = "once") -> Iterator[Dialogue]:
    """The dialogues of a tree, one for each leaf; a question nobody answered is left off the end.

    A prefix that several paths share is trained in the first of them only, also where a fork has said the same words
    again. With `every`, each path trains all of its replies, as Open-Assistant's own loader does.
    """
    trained: set[tuple[str, ...]] = set()
    ends: set[str] = set()
    for path in tree.dialogues():
        path = path if path[-1].role == "assistant" else path[:-1]
        replies = [index for index, node in enumerate(path) if node.role == "assistant"]
        said = {index: tuple(node.text for node in path[: index + 1]) for index in replies}
        train = tuple(index for index in replies if loss == "every" or said[index] not in trained)
        if not train or path[-1].id in ends:
            continue
        ends.add(path[-1].id)
        trained.update(said.values())
        yield Dialogue(tree, path, train)
