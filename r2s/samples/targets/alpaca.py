"""`alpaca`: the last turn as instruction and output, the turns before it as history (LLaMA-Factory)."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from r2s.samples import columns
from r2s.samples.dialogue import Dialogue
from r2s.samples.targets.target import Row, Target


class Alpaca(Target, frozen=True):
    """Its readers train the replies of the history too, unless they are told to mask it."""

    kind: Literal["alpaca"] = "alpaca"

    def rows(self, dialogues: Sequence[Dialogue]) -> Iterator[Row]:
        for dialogue in dialogues:
            *history, (asked, answered) = dialogue.exchanges
            yield {
                "instruction": asked.text,
                "input": "",
                "output": answered.text,
                "system": "",
                "history": [[question.text, answer.text] for question, answer in history],
                "meta": dialogue.meta,
            }

    def table_schema(self) -> Any:
        text = dict.fromkeys(("instruction", "input", "output", "system"), "string")
        history = columns.many(columns.many("string"))
        return columns.table(**text, history=history, meta=columns.dialogue_meta())
