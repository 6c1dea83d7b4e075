"""The assistant: rewrites the kept draft under the panel's criticisms, where the policy asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from r2s.agents.ask import ask
from r2s.agents.candidate import DraftAnswer
from r2s.agents.scene import Scene
from r2s.models.request import Model, Reply
from r2s.trees.node import Node, Plan


@dataclass(frozen=True)
class Assistant:
    model: Model

    async def rewrite(
        self, scene: Scene, plan: Plan, said: str, draft: Node, criticisms: Sequence[str]
    ) -> Reply[DraftAnswer]:
        """The draft made better where the criticisms are right, and left alone where they are not."""
        return await ask(
            self.model,
            "assistant",
            scene,
            DraftAnswer,
            manner=scene.cast.assistant.manner,
            goal=scene.cast.user.goal,
            type=plan.type,
            said=said,
            draft=draft.text,
            evidence=[f"[{evidence.passage}] {evidence.quote}" for evidence in draft.evidence],
            criticisms=list(criticisms),
        )
