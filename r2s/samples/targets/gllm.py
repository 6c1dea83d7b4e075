"""`gllm`: the document in, its whole dialogue out, to train the model that takes the teacher's place."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from r2s.samples import columns
from r2s.samples.dialogue import Dialogue
from r2s.samples.targets.target import Row, Target
from r2s.trees.gllm import (
    VERSION,
    BriefTurn,
    Characters,
    Exchange,
    FullTurn,
    GllmDialogue,
    GllmTurn,
    Layout,
    task,
    turn_of,
    whole_request,
)


class GllmTarget(Target, frozen=True):
    """Without `thoughts`, the answer holds what was said and nothing else (the paper's `direct`); so does that of a
    dialogue some of whose turns nobody planned."""

    thoughts: bool = True

    def refuses(self, dialogue: Dialogue) -> str | None:
        return None if dialogue.tree.document.text else "it has no document to learn from"

    def table_schema(self) -> Any:
        return columns.table(
            **dict.fromkeys(("id", "task", "method", "lang"), "string"),
            messages=columns.messages(),
            meta=columns.record(
                **dict.fromkeys(("doc_id", "tree", "generator", "prompt_version"), "string"), seed="int64"
            ),
        )


class Gllm(GllmTarget, frozen=True):
    """One row a dialogue. The `brief` layout is for small models; who generates names the layout that was learnt."""

    kind: Literal["gllm"] = "gllm"
    layout: Layout = "full"

    def rows(self, dialogues: Sequence[Dialogue]) -> Iterator[Row]:
        for dialogue in dialogues:
            turns = [turn_of(exchange, self.layout) for exchange in exchanges_of(dialogue, thoughts=self.thoughts)]
            asked = whole_request(dialogue.tree.document, self.layout, len(turns))
            answer = GllmDialogue(characters=characters_of(dialogue), turns=tuple(turns))
            words = task(dialogue.language, layout=self.layout)
            yield gllm_row(dialogue, "gllm", turns[0], words, asked, answer.to_json())


def gllm_row(dialogue: Dialogue, unit: str, first: GllmTurn, words: str, asked: str, answer: str) -> Row:
    """A row of either GLLM target; the loss is on its last message alone. Its `first` turn tells its method."""
    tree = dialogue.tree
    return {
        "id": dialogue.id,
        "task": unit,
        "method": "cod" if isinstance(first, FullTurn | BriefTurn) else "direct",
        "lang": tree.document.lang,
        "messages": [
            {"role": "system", "content": words},
            {"role": "user", "content": asked},
            {"role": "assistant", "content": answer},
        ],
        "meta": {
            "doc_id": tree.document.id,
            "tree": tree.id,
            "generator": dialogue.meta["model"],
            "prompt_version": VERSION,
            "seed": tree.seed,
        },
    }


def characters_of(dialogue: Dialogue) -> Characters:
    """Who speaks, as the cast has it."""
    cast = dialogue.tree.cast
    return Characters(A=cast.user.persona, B=cast.assistant.manner)


def exchanges_of(dialogue: Dialogue, *, thoughts: bool) -> list[Exchange]:
    """The turns of a dialogue, with their plans where every turn was planned and they are wanted."""
    is_planned = thoughts and all(asked.plan for asked, _ in dialogue.exchanges)
    return [
        Exchange(number, asked.text, answered.text, asked.plan if is_planned else None, answered.evidence)
        for number, (asked, answered) in enumerate(dialogue.exchanges, 1)
    ]
