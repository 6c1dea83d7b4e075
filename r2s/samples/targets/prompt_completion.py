"""`prompt-completion`: one row a trained reply; what came before it is the prompt (TRL)."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from r2s.samples import columns
from r2s.samples.dialogue import Dialogue
from r2s.samples.targets.target import Row, Target


class PromptCompletion(Target, frozen=True):
    kind: Literal["prompt-completion"] = "prompt-completion"

    def rows(self, dialogues: Sequence[Dialogue]) -> Iterator[Row]:
        for dialogue in dialogues:
            for index in dialogue.train:
                said = dialogue.messages
                yield {
                    "prompt": said[:index],
                    "completion": [said[index]],
                    "meta": {**dialogue.meta, "path": dialogue.meta["path"][: index + 1], "train": [index]},
                }

    def table_schema(self) -> Any:
        return columns.table(prompt=columns.messages(), completion=columns.messages(), meta=columns.dialogue_meta())
