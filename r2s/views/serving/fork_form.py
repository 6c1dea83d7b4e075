"""What a page asks for when it forks a dialogue, and the request that this makes; all rules are those of `r2s fork`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from r2s.agents.reviewer import MOST_DRAFTS
from r2s.config import RunConfig, load_config
from r2s.errors import ConfigError

if TYPE_CHECKING:
    from r2s.runs.fork_request import ForkRequest

# Kinds of models that any page may name; one that is a file or a folder here has to be among the run's own.
OPEN = ("extractive", "openai")


class ForkForm(BaseModel):
    """A message by its tree and id, the settings that are to change, and what the user says, if a person says it.

    `agreed` says that whoever asks knows that the models cost money.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=20_000)

    tree: str
    node: str
    method: str | None = None
    models: dict[str, str] = Field(default_factory=dict, max_length=40)
    reviewers: int | None = Field(default=None, ge=0, le=99)
    candidates: int | None = Field(default=None, ge=1, le=MOST_DRAFTS)
    turns: int | None = Field(default=None, ge=1, le=999)
    seed: int | None = None
    say: str | None = None
    agreed: bool = False

    def request(self, run: Path, config: Path) -> "ForkRequest":
        """The fork of a message of the run; raises `ConfigError` where its settings cannot be."""
        from r2s.runs.fork_request import ForkRequest

        before = load_config(config)
        self._check_models(before)
        return ForkRequest(run, self.node, load_config(config, flags=self._flags), before, self.tree, self.say)

    @property
    def _flags(self) -> dict[str, Any]:
        settings = self.model_dump(include={"method", "reviewers", "candidates", "turns", "seed"})
        return {**settings, **{f"models.{role}": name for role, name in self.models.items()}}

    def _check_models(self, before: RunConfig) -> None:
        from r2s.runs.methods import roles

        known = {*before.named_models.values()}
        for role, name in self.models.items():
            if role not in roles():
                raise ConfigError(f"there is no role {role}; roles are {', '.join(roles())}")
            if name not in known and name.partition(":")[0] not in OPEN:
                raise ConfigError(f"a page can name openai:NAME or a model of the run; r2s fork --model takes {name}")


def settings_of(config: Path) -> dict[str, Any]:
    """What the page offers to change, as the run had it."""
    from r2s.runs.methods import METHODS, roles

    run = load_config(config)
    names = ("method", "reviewers", "candidates", "turns", "seed")
    return {
        **run.model_dump(include={*names}),
        "models": run.known_models,
        "methods": [name for name, method in METHODS.items() if method.enters],
        "roles": roles(),
    }
