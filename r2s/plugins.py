"""Plug-ins: what installed packages add to R2S, found by their entry points and loaded when they are asked for by name.

r2s.methods     NAME = a `Method`
r2s.policies    FAMILY.KIND = a frozen pydantic model with this `kind`, as the family's own are (`stop.after_words`)
r2s.models      KIND = a function of what follows KIND: in a model's name, which gives a LangChain chat model
r2s.collectors  NAME = a module that registers collectors
"""

import functools
import sys
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from r2s.errors import ConfigError

METHODS, POLICIES, MODELS, COLLECTORS = GROUPS = ("r2s.methods", "r2s.policies", "r2s.models", "r2s.collectors")


@dataclass(frozen=True)
class Offer:
    """One thing that a package offers."""

    entry: EntryPoint

    def __str__(self) -> str:
        return f"{self.entry.group.removeprefix('r2s.')} {self.entry.name} ({self.package})"

    @property
    def package(self) -> str:
        return f"{self.entry.dist.name} {self.entry.dist.version}" if self.entry.dist else self.entry.value

    def load(self) -> Any:
        """The thing itself; raises `ConfigError` that names the package where it cannot be loaded."""
        try:
            return self.entry.load()
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            raise ConfigError(f"the plug-in {self} cannot be loaded: {told}; mend or uninstall the package") from error


def offers(group: str) -> dict[str, Offer]:
    """What is offered under a group, by name; raises `ConfigError` where two packages offer the same."""
    return _offers(group, tuple(sys.path))


@functools.cache
def _offers(group: str, path: tuple[str, ...]) -> dict[str, Offer]:
    """Looked up once for each path of imports, as every installed package is opened for it."""
    found: dict[str, Offer] = {}
    for entry in entry_points(group=group):
        offer = Offer(entry)
        if entry.name in found and found[entry.name].entry.value != entry.value:
            raise ConfigError(f"{found[entry.name]} is offered by {offer.package} as well; uninstall one of them")
        found[entry.name] = offer
    return found


def plug_in(group: str, name: str) -> Any:
    """What a package offers under this name, or None where none does."""
    offer = offers(group).get(name)
    return offer.load() if offer else None
