"""`sharegpt`: one dialogue a row, from human and from gpt in turn (FastChat, LLaMA-Factory)."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from r2s.samples import columns
from r2s.samples.dialogue import Dialogue
from r2s.samples.targets.target import Row, Target

SPEAKERS = {"user": "human", "assistant": "gpt"}


class ShareGpt(Target, frozen=True):
    """Its readers train every reply of a row, also where several rows begin alike."""

    kind: Literal["sharegpt"] = "sharegpt"

    def rows(self, dialogues: Sequence[Dialogue]) -> Iterator[Row]:
        for dialogue in dialogues:
            yield {
                "id": dialogue.id,
                "conversations": [{"from": SPEAKERS[node.role], "value": node.text} for node in dialogue.path],
                "meta": dialogue.meta,
            }

    def table_schema(self) -> Any:
        return columns.table(
            id="string",
            conversations=columns.records(**{"from": "string", "value": "string"}),
            meta=columns.dialogue_meta(),
        )
