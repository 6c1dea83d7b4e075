"""Our key to an OpenAI-compatible server, which comes from the environment and from nowhere else."""

import os

from r2s.errors import ConfigError


def api_key(asker: str, base_url: str | None) -> str:
    """The key; a server of one's own needs none. Raises `ConfigError` where OpenAI would be asked without one."""
    key = os.environ.get("OPENAI_API_KEY")
    if key is None and base_url is None:
        raise ConfigError(f"{asker} needs OPENAI_API_KEY, or --base-url (or OPENAI_BASE_URL) for a server of your own")
    return key or "none"
