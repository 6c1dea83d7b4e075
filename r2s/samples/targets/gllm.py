"""`gllm`: the document in, its whole dialogue out, to train the model that takes the teacher's place."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from r2s.samples import columns
from r2s.samples.dialogue import Dialogue
from r2s.samples.targets.target import Row, Target
from r2s.trees.gllm import VERSION, Characters, GllmDialogue, GllmTurn, Link, Thought, request, task
from r2s.trees.node import Node


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
    """One row a dialogue."""

    kind: Literal["gllm"] = "gllm"

    def rows(self, dialogues: Sequence[Dialogue]) -> Iterator[Row]:
        for dialogue in dialogues:
            turns = turns_of(dialogue, thoughts=self.thoughts)
            document = dialogue.tree.document
            asked = request(document.lang, document.text, min_turns=len(turns))
            answer = GllmDialogue(characters=characters_of(dialogue), turns=turns)
            yield gllm_row(dialogue, "gllm", turns, asked, answer.to_json())


def gllm_row(dialogue: Dialogue, unit: str, turns: Sequence[GllmTurn], asked: str, answer: str) -> Row:
    """A row of either GLLM target; the loss is on its last message alone."""
    tree = dialogue.tree
    words = task(dialogue.language, "turn" if unit == "gllm_turn" else "dialogue")
    return {
        "id": dialogue.id,
        "task": unit,
        "method": "cod" if turns[0].thought else "direct",
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


def turns_of(dialogue: Dialogue, *, thoughts: bool) -> tuple[GllmTurn, ...]:
    """The turns of a dialogue, with their chain where every turn was planned and it is wanted."""
    is_planned = thoughts and all(asked.plan for asked, _ in dialogue.exchanges)
    exchanges = enumerate(dialogue.exchanges, 1)
    return tuple(_turn(number, *exchange, thoughts=is_planned) for number, exchange in exchanges)


def _turn(number: int, asked: Node, answered: Node, *, thoughts: bool) -> GllmTurn:
    if not thoughts or asked.plan is None:
        return GllmTurn(id=number, A=asked.text, B=answered.text)
    plan = asked.plan
    return GllmTurn(
        id=number,
        A=asked.text,
        thought=Thought(
            type=plan.type,
            search="; ".join(plan.key_phrases) or asked.text,
            find=" … ".join(span.quote for span in answered.evidence) or None,
        ),
        B=answered.text,
        chain=Link(progress=plan.progress, process=plan.process, purpose=plan.purpose),
    )
