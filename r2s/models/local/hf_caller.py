"""`hf:PATH`: a model of transformers in this process as a caller."""

import asyncio
from typing import TYPE_CHECKING

from r2s.errors import EndpointError
from r2s.models.calls import Call, Completion
from r2s.models.local.batches import Batches, Job
from r2s.models.local.installed import check_packages, check_path

if TYPE_CHECKING:
    from r2s.models.local.transformer import Transformer

PACKAGES = ("torch", "transformers", "xgrammar")


class HfCaller:
    """Answers calls in batches of at most `batch_tokens` tokens; the model is loaded at the first call."""

    def __init__(self, path: str, batch_tokens: int) -> None:
        check_packages("hf", PACKAGES)
        check_path("hf", path)
        self._path, self._batch_tokens = path, batch_tokens
        self._loading = asyncio.Lock()
        self._loaded: tuple[Transformer, Batches] | None = None

    async def send(self, call: Call) -> Completion:
        """One reply that holds to the answer's JSON schema, or was cut off."""
        model, batches = self._loaded or await self._load()
        prompt = model.chat.prompt(call)
        reply = await batches.do(_job(call, prompt, model.chat.room(call, prompt)))
        return model.chat.completion(prompt, reply.tokens, reply.finish)

    async def _load(self) -> "tuple[Transformer, Batches]":
        async with self._loading:
            if self._loaded is None:
                model = await asyncio.to_thread(_load, self._path)
                self._loaded = model, Batches(model.generate, self._batch_tokens)
        return self._loaded

    async def close(self) -> None:
        """End the batch under way and take no other."""
        if self._loaded is not None:
            model, batches = self._loaded
            model.close()
            await batches.close()


def _job(call: Call, prompt: list[int], room: int) -> Job:
    drawn = call.sampling
    return Job(prompt, room, drawn.temperature, call.seed, call.answer, drawn.top_p, drawn.repeats)


def _load(path: str) -> "Transformer":
    name = f"hf:{path}"
    try:
        from r2s.models.local.transformer import Transformer

        return Transformer.load(name, path)
    except Exception as error:  # transformers has no class of its own for folders that it cannot use
        raise EndpointError(f"{name} cannot be loaded: {type(error).__name__}: {error}") from error
