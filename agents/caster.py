"""The caster gives a dialogue its cast before the first turn: who asks and why, and in what manner each side speaks."""

from dataclasses import dataclass

from r2s.agents.ask import ask
from r2s.agents.scene import Scene
from r2s.models.request import Model, Reply
from r2s.trees.node import Cast


@dataclass(frozen=True)
class Caster:
    """Lets a model think up the cast; `start` is the drawn cast that it may develop or replace."""

    model: Model

    async def cast(self, scene: Scene) -> Reply[Cast]:
        return await ask(self.model, "caster", scene, Cast, start=scene.cast)
