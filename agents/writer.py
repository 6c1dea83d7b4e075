"""The writer: one call writes the whole dialogue. R2S's three styles differ in what is written down of a turn."""

import functools
import json
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from r2s.agents.ask import ask, template
from r2s.agents.prompts import SHIPPED, Prompts, prompts_of
from r2s.agents.scene import Scene
from r2s.agents.whole_dialogue import CodDialogue, CotDialogue, DirectDialogue, WholeDialogue
from r2s.models.request import Model, Reply, Sampling, Template

Style = Literal["direct", "cot", "cod_single"]
FORMS: dict[Style, type[WholeDialogue]] = {"direct": DirectDialogue, "cot": CotDialogue, "cod_single": CodDialogue}
# What each style writes down of a turn, in this order, and under which key the worked example has it.
EXAMPLE_KEYS: dict[Style, dict[str, str]] = {
    "direct": {"id": "id", "A": "A", "B": "B"},
    "cot": {"id": "id", "A": "A", "thought": "reasoning", "B": "B"},
    "cod_single": {"id": "id", "A": "A", "thought": "thought", "B": "B", "chain": "chain"},
}


@dataclass(frozen=True)
class Writer:
    """Writes in one style; `temperature` is that of first attempts, `max_tokens` bounds a whole dialogue."""

    role: ClassVar[str] = "writer"

    model: Model
    style: Style
    temperature: float = 0.0
    max_tokens: int = 4096

    async def write(self, scene: Scene, min_turns: int, max_turns: int) -> Reply[WholeDialogue]:
        """A dialogue about the document, with both its sides."""
        return await ask(
            self.model,
            self.role,
            scene,
            FORMS[self.style],
            prompt=writer_prompt(self.style, scene.language, bool(scene.faults), prompts_of(self.model)),
            sampling=Sampling(temperature=self.temperature, max_tokens=self.max_tokens).at(scene.attempt),
            min_turns=min_turns,
            max_turns=max_turns,
        )


@functools.cache
def writer_prompt(style: Style, language: str, again: bool = False, prompts: Prompts = SHIPPED) -> Template:
    """What all styles are told, the one worked example as far as this style writes it down, and the style's form."""
    common = template("writer", language, again, prompts)
    parts = (common.instructions, _example(style, language, prompts), prompts.text(f"writer_{style}", language))
    return replace(common, instructions="\n\n".join(parts))


def _example(style: Style, language: str, prompts: Prompts) -> str:
    """The example's document, and its dialogue without what this style does not write down; one turn a line."""
    told, brace, rest = prompts.text("writer_example", language).partition("{")
    example, keys = json.loads(brace + rest), EXAMPLE_KEYS[style]
    turns = ",\n".join(_json({key: turn[name] for key, name in keys.items()}) for turn in example["turns"])
    return f'{told}{{"characters": {_json(example["characters"])}, "turns": [\n{turns}\n]}}'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
