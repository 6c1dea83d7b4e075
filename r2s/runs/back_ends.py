"""The back ends of a run: each model opened once, all behind one journal and one budget, a limiter an endpoint."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.language_models import BaseChatModel

from r2s.agents.prompts import Prompted, Prompts
from r2s.config import RunConfig
from r2s.errors import ConfigError, R2SError
from r2s.models.batch.address import BatchAddress, batch_address
from r2s.models.journal import Journal
from r2s.models.language_model import LanguageModel
from r2s.models.limiter import START, RateLimiter
from r2s.models.names import is_person, known_as
from r2s.models.prefixes import CacheCounts
from r2s.models.prices import UNPRICED, price_of
from r2s.models.request import Model
from r2s.runs.events import Tell, tell_nobody
from r2s.runs.meter import Meter, Metered, Uncounted
from r2s.runs.opening import Opened, is_loaded, open_caller

if TYPE_CHECKING:
    from r2s.models.batch.wanted import WantedRequests
    from r2s.models.desk.desk import Desk


class BackEnds:
    """Gives the model of each role; `given` stands in for all names where a caller brings a model of its own.

    At the `desk`, people answer and hold the run up; without one, or without a journal, there are no people.
    """

    def __init__(
        self,
        config: RunConfig,
        meter: Meter,
        *,
        journal: Journal | None = None,
        given: Callable[[str], Model | BaseChatModel] | None = None,
        tell: Tell = tell_nobody,
        forgive: bool = False,
        desk: "Desk | None" = None,
        prompts: Prompts | None = None,
    ) -> None:
        self._config, self._meter, self._journal, self._given, self._tell = config, meter, journal, given, tell
        self._forgive, self._desk = forgive, desk
        self._prompts = prompts or (config.prompts.read() if config.prompts else None)
        self._slots = asyncio.Semaphore(config.limits.concurrency)
        # By name; a chat model that was given, by what it is, as two of a kind may have one name.
        self._models: dict[str | int, Model] = {}
        self._limiters: dict[str, RateLimiter] = {}
        self._opened: dict[str, Opened] = {}
        self._cached_before: dict[str, CacheCounts] = {}
        self.wanted: dict[Path, WantedRequests] = {}
        self._meter.watchers.append(self._stop)

    def of(self, role: str) -> Model:
        """The model that plays a role, ready to be asked; raises `ConfigError` where its name stands for none."""
        model = self._of(role)
        return Prompted(model, self._prompts) if self._prompts else model

    def _of(self, role: str) -> Model:
        if self._given is not None:
            return self._wrapped(self._given(role))
        name = self._config.model_for(role)
        if name not in self._models:
            self._models[name] = self._open(name)
        return self._models[name]

    def open(self, *, far: bool = False) -> None:
        """Open every model that the configuration names; raises `ConfigError` where a name stands for none.

        Where dialogues are played in `far` processes, models that are loaded into a process are theirs to open.
        """
        if self._given is None:
            self._check_prices()
            for role, name in self._config.named_models.items():
                if not (far and is_loaded(name)):
                    self.of(role)
        if far:
            # No call passes them, so that what they count says nothing about the run.
            self._meter.limiters.clear()

    def _check_prices(self) -> None:
        if self._config.limits.max_cost is None:
            return
        for name in map(known_as, self._config.named_models.values()):
            if price_of(name, self._config.prices) is None:
                raise ConfigError(f"{name}: {UNPRICED}")

    async def begin(self) -> None:
        """Note what the prefix caches of the models that are open have served before."""
        self._cached_before = await self._cache_counts()

    async def figures(self) -> dict[str, Any]:
        """What the limiters counted by endpoint, and what its prefix cache has served since `begin` where it tells."""
        figures: dict[str, Any] = {name: limiter.stats.figures() for name, limiter in self._limiters.items()}
        for name, counts in (await self._cache_counts()).items():
            before = self._cached_before.get(name, CacheCounts(0, 0) if self._opened[name].is_here else None)
            if before is not None and (served := counts.since(before)) is not None:
                figures[name]["prefix_cache"] = served._asdict()
        return figures

    async def _cache_counts(self) -> dict[str, CacheCounts]:
        counts = {name: await opened.cache() for name, opened in self._opened.items() if opened.cache}
        return {name: count for name, count in counts.items() if count is not None}

    async def close(self) -> None:
        """Give back every connection."""
        for model in self._models.values():
            if isinstance(model, LanguageModel):
                await model.close()
        for wanted in self.wanted.values():
            wanted.close()
        self._meter.watchers.remove(self._stop)

    def _stop(self, reason: R2SError) -> None:
        """The run is closed: calls that wait in line or to be tried again are not made."""
        if self._meter.stopped is not None:
            for limiter in self._limiters.values():
                limiter.close(reason)

    def _open(self, name: str) -> Model:
        if name == "extractive":
            from r2s.models.extractive.model import ExtractiveModel

            return self._metered(ExtractiveModel())
        if is_person(name):
            return self._person(name)
        if address := batch_address(name):
            return self._batch_model(address)
        return self._language_model(name, open_caller(name, self._config))

    def _metered(self, model: Model) -> Model:
        metered = Metered(model, self._meter, self._slots)
        if self._desk is None or self._journal is None:
            return metered
        from r2s.models.desk.seats import Attended

        return Attended(metered, self._desk, self._journal, tell=self._tell)

    def _person(self, name: str) -> LanguageModel:
        if self._desk is None or self._journal is None:
            raise ConfigError(f"{name} answers at the desk of a run; play it with r2s run")
        from r2s.models.desk.seats import person

        return person(name, self._desk, self._journal, tell=self._tell)

    def _batch_model(self, address: BatchAddress) -> LanguageModel:
        """A model that writes its calls down; as none goes out, no endpoint's limiter and no budget knows of them."""
        from r2s.models.batch.caller import BatchCaller
        from r2s.models.batch.wanted import WantedRequests

        if self._journal is None:
            raise ConfigError(
                f"batch:{address.folder} needs a journal that its replies come into; play it with r2s run"
            )
        folder = address.folder.absolute()
        if folder not in self.wanted:
            self.wanted[folder] = WantedRequests(address.folder)
        return LanguageModel(
            address.name,
            BatchCaller(address, self.wanted[folder]),
            limiter=RateLimiter(address.name, self._config.limits.concurrency),
            journal=self._journal,
            gate=Uncounted(self._meter),
            price=price_of(address.name, self._config.prices),
            tell=self._tell,
            forgive=self._forgive,
            attendant=self._desk,
        )

    def _wrapped(self, model: Model | BaseChatModel) -> Model:
        if not isinstance(model, BaseChatModel):
            return self._metered(model)
        from r2s.models.langchain_caller import LangChainCaller, chat_name

        if id(model) not in self._models:
            name = chat_name(model)
            self._models[id(model)] = self._language_model(name, Opened(LangChainCaller(model), name))
        return self._models[id(model)]

    def _language_model(self, name: str, opened: Opened) -> LanguageModel:
        endpoint = opened.endpoint
        if endpoint not in self._limiters:
            limits = self._config.limits
            self._opened[endpoint] = opened
            self._limiters[endpoint] = RateLimiter(
                endpoint,
                limits.concurrency,
                start=limits.concurrency if opened.is_here else START,
                requests_per_minute=limits.requests_per_minute,
                tokens_per_minute=limits.tokens_per_minute,
                patience=limits.patience,
                on_event=self._tell,
            )
            self._meter.limiters[endpoint] = self._limiters[endpoint]
        return LanguageModel(
            known_as(name),
            opened.caller,
            limiter=self._limiters[endpoint],
            journal=self._journal,
            gate=self._meter,
            price=price_of(known_as(name), self._config.prices),
            tell=self._tell,
            forgive=self._forgive,
            attendant=self._desk,
        )
