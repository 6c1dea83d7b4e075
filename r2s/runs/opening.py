"""From a model's name to what answers its calls: one opener for every kind of name."""

import functools
import os
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from r2s.config import RunConfig
from r2s.errors import ConfigError
from r2s.models.calls import Caller
from r2s.models.prefixes import CacheCounts
from r2s.plugins import MODELS, offers, plug_in


class Opened(NamedTuple):
    """A caller, and the endpoint whose limits it keeps together with others there.

    `cache` tells what the endpoint's prefix cache has served so far; an endpoint that `is_here`, in this process, need
    not be found out how much it bears.
    """

    caller: Caller
    endpoint: str
    cache: Callable[[], Awaitable[CacheCounts | None]] | None = None
    is_here: bool = False


def open_caller(name: str, config: RunConfig) -> Opened:
    """What answers for a language model's name; raises `ConfigError` where the name stands for none."""
    kind, _, rest = name.partition(":")
    if kind in _OPENERS and rest:
        return _OPENERS[kind](rest, config)
    if kind in offers(MODELS):
        return _open_plugged(kind, rest)
    raise ConfigError(f"no model is called {name!r}; models are {', '.join([KINDS, *offers(MODELS)])}")


def _open_plugged(kind: str, rest: str) -> Opened:
    from langchain_core.language_models import BaseChatModel

    from r2s.models.langchain_caller import LangChainCaller

    model = plug_in(MODELS, kind)(rest)
    if not isinstance(model, BaseChatModel):
        raise ConfigError(f"the plug-in {offers(MODELS)[kind]} gave {type(model).__name__}, not a LangChain chat model")
    return Opened(LangChainCaller(model), f"{kind}:{rest}")


def is_loaded(name: str) -> bool:
    """Whether a model's weights are loaded into the process that asks it."""
    return name.startswith(("hf:", "vllm:"))


def _open_openai(model: str, config: RunConfig) -> Opened:
    from r2s.models.openai_caller import OpenAICaller
    from r2s.models.transport.cache_metrics import read_cache_counts
    from r2s.models.transport.endpoint import address_of, bare

    url = config.base_url or os.environ.get("OPENAI_BASE_URL")
    if url is not None:
        address_of(url)
    caller = OpenAICaller(model, url, config.limits.timeout)
    if url is None:
        return Opened(caller, "OpenAI")
    return Opened(caller, bare(url), functools.partial(read_cache_counts, url))


def _open_hf(path: str, config: RunConfig) -> Opened:
    from r2s.models.local.hf_caller import HfCaller

    return Opened(HfCaller(path, config.limits.batch_tokens), f"hf:{path}", is_here=True)


def _open_vllm(path: str, config: RunConfig) -> Opened:
    from r2s.models.local.vllm_caller import VllmCaller

    caller = VllmCaller(path)
    return Opened(caller, f"vllm:{path}", caller.cache, is_here=True)


_OPENERS: dict[str, Callable[[str, RunConfig], Opened]] = {
    "openai": _open_openai,
    "vllm": _open_vllm,
    "hf": _open_hf,
}
KINDS = (
    "extractive (the built-in baseline), openai:NAME (any OpenAI-compatible server), "
    "vllm:PATH (vLLM's engine in this process), hf:PATH (transformers in this process), "
    "batch:DIR or batch:DIR#NAME (requests as batch files, replies taken in later), "
    "human or human:NAME (a person, asked in the terminal, by r2s desk, or in the page)"
)
