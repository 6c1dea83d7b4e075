"""`vllm:PATH`: vLLM's engine in this process as a caller; it batches by itself, across all dialogues."""

import asyncio
import functools
import itertools
import os
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from r2s.errors import EndpointError
from r2s.models.calls import Call, Completion
from r2s.models.failures import Refused, Transient
from r2s.models.local.chat import Chat
from r2s.models.local.circles import PROCESSOR, SETTING
from r2s.models.local.installed import check_packages, check_path
from r2s.models.prefixes import CacheCounts
from r2s.models.request import TextAnswer
from r2s.models.transport.schemas import reply_schema, separators

# Spaces are not left to the model, as a weak one may never stop making them.
JSON = {"backend": "xgrammar", "disable_any_whitespace": True}
PATIENCE = 10.0


class _Loaded(NamedTuple):
    engine: Any
    chat: Chat


class VllmCaller:
    """Hands every call to the engine at once; it is started at the first call, with a prefix cache."""

    def __init__(self, path: str) -> None:
        check_packages("vllm", ("vllm",))
        check_path("vllm", path)
        self._path = path
        self._loading = asyncio.Lock()
        self._loaded: _Loaded | None = None
        self._numbers = itertools.count()
        self._counts = CacheCounts(0, 0)

    async def send(self, call: Call) -> Completion:
        """One reply that holds to the answer's JSON schema, or was cut off."""
        engine, chat = self._loaded or await self._load()
        prompt = chat.prompt(call)
        output = await self._generate(engine, prompt, _sampling(call, chat.room(call, prompt)))
        found = output.num_cached_tokens or 0
        self._counts = CacheCounts(self._counts.looked_up + len(prompt), self._counts.found + found)
        said = output.outputs[0]
        return chat.completion(prompt, list(said.token_ids), said.finish_reason)

    async def _generate(self, engine: Any, prompt: list[int], sampling: Any) -> Any:
        """The whole output of one request."""
        from vllm.exceptions import VLLMClientError  # pyright: ignore[reportMissingImports]
        from vllm.v1.engine.exceptions import EngineDeadError  # pyright: ignore[reportMissingImports]

        request = {"type": "token", "prompt_token_ids": prompt}
        try:
            outputs = [one async for one in engine.generate(request, sampling, f"r2s-{next(self._numbers)}")]
        except EngineDeadError as error:
            raise EndpointError(f"vllm:{self._path}: the engine has died; its log above says of what") from error
        except (VLLMClientError, ValueError) as error:
            raise Refused(f"{type(error).__name__}: {error}") from error
        except Exception as error:  # a fault of the engine's in this one request
            raise Transient(f"{type(error).__name__}: {error}") from error
        return outputs[-1]

    async def cache(self) -> CacheCounts:
        """What the engine's prefix cache has served so far."""
        return self._counts

    async def _load(self) -> _Loaded:
        async with self._loading:
            if self._loaded is None:
                self._loaded = await asyncio.to_thread(_start, self._path)
        return self._loaded

    async def close(self) -> None:
        """Stop the engine; its processes get `PATIENCE` seconds to end by themselves."""
        if self._loaded is not None:
            await asyncio.to_thread(self._loaded.engine.shutdown, PATIENCE)


def _start(path: str) -> _Loaded:
    name = f"vllm:{path}"
    try:
        # The engine's own log would stand between a command's figures on standard output.
        # vLLM reports its use to its makers unless this is set.
        os.environ.setdefault("DO_NOT_TRACK", "1")
        os.environ.setdefault("VLLM_LOGGING_STREAM", "ext://sys.stderr")
        os.environ.setdefault("VLLM_LOGGING_LEVEL", "WARNING")
        from vllm import AsyncEngineArgs  # pyright: ignore[reportMissingImports]
        from vllm.platforms import current_platform  # pyright: ignore[reportMissingImports]
        from vllm.v1.engine.async_llm import AsyncLLM  # pyright: ignore[reportMissingImports]

        place = str(Path(path).expanduser())
        engine = AsyncLLM.from_engine_args(
            AsyncEngineArgs(
                model=place,
                enable_prefix_caching=True,
                # On a CPU the engine dies of a prompt with a seed that it reads in several steps.
                enable_chunked_prefill=not current_platform.is_cpu(),
                structured_outputs_config=JSON,
                logits_processors=[PROCESSOR],
            )
        )
        return _Loaded(engine, Chat(name, engine.get_tokenizer(), engine.model_config.max_model_len))
    except Exception as error:  # whatever may be wrong with a model, a device or its memory
        raise EndpointError(f"{name} cannot be started: {type(error).__name__}: {error}") from error


def _sampling(call: Call, room: int) -> Any:
    from vllm import SamplingParams  # pyright: ignore[reportMissingImports]
    from vllm.sampling_params import (  # pyright: ignore[reportMissingImports]
        RequestOutputKind,
        StructuredOutputsParams,
    )

    return SamplingParams(
        temperature=call.sampling.temperature,
        top_p=call.sampling.top_p,
        seed=call.seed,
        max_tokens=room,
        extra_args=None if call.sampling.repeats is None else {SETTING: call.sampling.repeats},
        structured_outputs=StructuredOutputsParams(**form) if (form := _form(call.answer)) else None,
        output_kind=RequestOutputKind.FINAL_ONLY,
    )


@functools.cache
def _form(answer: type[BaseModel]) -> dict[str, Any]:
    """What holds a reply to its form, nothing for text. vLLM itself knows one way to space JSON only."""
    if issubclass(answer, TextAnswer):
        return {}
    schema, between = reply_schema(answer)[0], separators(answer)
    if between is None:
        return {"json": schema}
    import xgrammar  # pyright: ignore[reportMissingImports]

    return {"grammar": str(xgrammar.Grammar.from_json_schema(schema, any_whitespace=False, separators=between))}
