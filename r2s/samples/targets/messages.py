"""`messages`: one dialogue a row, as OpenAI's and TRL's conversational formats have it."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from r2s.samples import columns
from r2s.samples.dialogue import Dialogue
from r2s.samples.flatten import messages_row
from r2s.samples.targets.target import Row, Target


class Messages(Target, frozen=True):
    kind: Literal["messages"] = "messages"

    def rows(self, dialogues: Sequence[Dialogue]) -> Iterator[Row]:
        return map(messages_row, dialogues)

    def table_schema(self) -> Any:
        return columns.table(messages=columns.messages(), meta=columns.dialogue_meta())
