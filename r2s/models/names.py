"""Models by name: `extractive`, `openai:NAME`."""

import os

from r2s.errors import ConfigError
from r2s.models.request import Model

KINDS = "extractive (the built-in baseline), openai:NAME (any OpenAI-compatible server)"


def model_by_name(name: str, base_url: str | None = None) -> Model:
    """The model behind a name; its server is `base_url` or OPENAI_BASE_URL. Nothing is contacted yet."""
    kind, _, rest = name.partition(":")
    if name == "extractive":
        from r2s.models.extractive.model import ExtractiveModel

        return ExtractiveModel()
    if kind == "openai" and rest:
        from r2s.models.chat import open_ai

        return open_ai(rest, base_url or os.environ.get("OPENAI_BASE_URL"))
    raise ConfigError(f"no model is called {name!r}; models are {KINDS}")
