"""`gllm_turn`: the document and the dialogue so far in, the next turn out, for models with a short memory."""

from collections.abc import Iterator, Sequence
from typing import Literal

from r2s.samples.dialogue import Dialogue
from r2s.samples.targets.gllm import GllmTarget, characters_of, exchanges_of, gllm_row
from r2s.samples.targets.target import Row
from r2s.trees.gllm import FullSaid, FullTurn, GllmDialogue, full_turn, request, task


class GllmTurns(GllmTarget, frozen=True):
    """One row a turn; a turn that several paths share is in the first of them only."""

    kind: Literal["gllm_turn"] = "gllm_turn"

    def rows(self, dialogues: Sequence[Dialogue]) -> Iterator[Row]:
        for dialogue in dialogues:
            turns = [full_turn(exchange) for exchange in exchanges_of(dialogue, thoughts=self.thoughts)]
            for turn in turns:
                if 2 * turn.id - 1 in dialogue.train:
                    asked, words = _asked(dialogue, turns, turn), task(dialogue.language, "turn")
                    row = gllm_row(dialogue, "gllm_turn", turn, words, asked, turn.to_json())
                    yield {**row, "id": f"{row['id']}-{turn.id}"}


def _asked(dialogue: Dialogue, turns: Sequence[FullTurn | FullSaid], turn: FullTurn | FullSaid) -> str:
    """The document and, between tags, the dialogue before this turn."""
    so_far = GllmDialogue(characters=characters_of(dialogue), turns=tuple(turns[: turn.id - 1]))
    return f"{request(dialogue.tree.document, turn=turn.id)}\n<dialogue>\n{so_far.to_json()}\n</dialogue>"
