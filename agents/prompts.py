"""The texts of the prompts: the shipped files, and those of one's own that take their places.

A prompt's file is called `NAME.LANGUAGE.md`. Most names are roles; others (`rules`, `again`) are shared by them.
"""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from r2s.models.request import Answer, Model, Reply, Request


@dataclass(frozen=True)
class Prompts:
    """Prompts by file name; where none is `own`, the shipped one holds."""

    own: tuple[tuple[str, str], ...] = ()

    def text(self, name: str, language: str) -> str:
        """The text of a prompt's file."""
        file = f"{name}.{language}.md"
        return self._by_file.get(file) or shipped_prompts()[file]

    @functools.cached_property
    def sha256(self) -> str:
        """A hash of what is not as shipped."""
        changed = [f"{file}\x1f{text}" for file, text in self.own if text != shipped_prompts()[file]]
        return hashlib.sha256("\x1e".join(changed).encode()).hexdigest()

    @functools.cached_property
    def _by_file(self) -> Mapping[str, str]:
        return dict(self.own)


SHIPPED = Prompts()


@functools.cache
def shipped_prompts() -> Mapping[str, str]:
    """The prompts that come with R2S, by file name in alphabetical order."""
    files = (file for file in resources.files("r2s.agents").iterdir() if file.name.endswith(".md"))
    return {
        file.name: file.read_text(encoding="utf-8").strip() for file in sorted(files, key=lambda file: str(file.name))
    }


@dataclass(frozen=True)
class Prompted:
    """A model that roles ask in the words of these prompts; any other is asked in the shipped ones."""

    model: Model
    prompts: Prompts

    @property
    def name(self) -> str:
        return self.model.name

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        return await self.model.answer(request)


def prompts_of(model: Model) -> Prompts:
    """The prompts that a model is asked in."""
    return model.prompts if isinstance(model, Prompted) else SHIPPED
