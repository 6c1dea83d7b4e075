"""The Python interface, which the command line uses too: sync and async, at home in notebooks."""

import asyncio
import concurrent.futures
import itertools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from langchain_core.language_models import BaseChatModel
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.config import RunConfig, load_config
from r2s.documents import Document, DocumentFailure
from r2s.documents.raw import RawDocument
from r2s.documents.readers import make_document
from r2s.models.request import Model
from r2s.runs.back_ends import BackEnds
from r2s.runs.casts import casts_for
from r2s.runs.engine import play
from r2s.runs.events import DialogueFinished, Event
from r2s.runs.fork_request import ForkRequest
from r2s.runs.forking import Forking
from r2s.runs.meter import Meter
from r2s.runs.methods import method_graph, read_for
from r2s.runs.reading import open_run
from r2s.runs.workers.pools import pool_for
from r2s.trees.node import Plan
from r2s.trees.tree import ConversationTree
from r2s.views.notebook import Trees, tree_bundle

Documents = str | Path | Document | Iterable[str | Path | Document]
Returned = TypeVar("Returned")

ConversationTree.shown = tree_bundle


def document(text: str, *, id: str = "document", title: str | None = None, lang: str | None = None) -> Document:
    """A document from a text at hand; raises `DocumentError` where nothing can be made of it."""
    return make_document(RawDocument(id=id, title=title, text=text, source="python", lang=lang), id)


def run(docs: Documents, *, model: str | Model | BaseChatModel | None = None, **settings: Any) -> Trees:
    """Play a dialogue about each document and return the trees; documents that fail are left out (see `stream`).

    `docs` are paths or documents; `settings` are those of the configuration (`method`, `reviewers`, `turns`, `seed`,
    ...), or `config=` with a whole one.
    """
    return _wait(arun(docs, model=model, **settings))


async def arun(docs: Documents, *, model: str | Model | BaseChatModel | None = None, **settings: Any) -> Trees:
    """Like `run`, to be awaited."""
    events = astream(docs, model=model, **settings)
    return Trees([event.tree async for event in events if isinstance(event, DialogueFinished)])


def stream(docs: Documents, *, model: str | Model | BaseChatModel | None = None, **settings: Any) -> Iterator[Event]:
    """Yield each result as it comes, in document order: `DialogueFinished` or `DocumentFailed`."""
    events = astream(docs, model=model, **settings)
    runner = asyncio.Runner()
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        try:
            while (event := thread.submit(runner.run, _next(events)).result()) is not None:
                yield event
        finally:
            # There too: a notebook has a loop of its own in this thread.
            thread.submit(runner.close).result()


def astream(
    docs: Documents, *, model: str | Model | BaseChatModel | None = None, **settings: Any
) -> AsyncIterator[Event]:
    """Like `stream`, for `async for`."""
    config = _config(model, settings)
    return _play(_read(docs, config), config, _given(model))


def load(run: str | Path) -> Trees:
    """The trees of a run directory, finished or not; raises `ConfigError` where it is none, `TreeError` if damaged."""
    return Trees(open_run(Path(run)).read_trees())


def fork(
    run: str | Path,
    node: str,
    *,
    doc: str | None = None,
    say: str | None = None,
    plan: Plan | None = None,
    model: str | Model | BaseChatModel | None = None,
    **settings: Any,
) -> ConversationTree:
    """Let a dialogue of a run directory go on from a message under other settings; returns the tree with the branch.

    `node` is the message's id or the beginning of it, `doc` the document's or the tree's where the run has several;
    `say` and `plan` put words or a plan in the user's place. Raises `ConfigError` where there is nothing to go on from.
    """
    before = load_config(open_run(Path(run)).config)
    config = _config(model, {"config": before, **settings})
    request = ForkRequest(Path(run), node, config, before, doc, say, plan)
    return _wait(Forking(request, models=_given(model)).play()).tree


def graph(
    method: str = "cod_review",
    *,
    model: str | Model | BaseChatModel | None = None,
    checkpointer: Checkpointer = None,
    **settings: Any,
) -> CompiledStateGraph:
    """The compiled LangGraph graph of a method."""
    config = _config(model, {"method": method, **settings})
    return method_graph(config, BackEnds(config, Meter(config.limits), given=_given(model)).of, checkpointer)


async def _play(
    docs: Iterator[Document | DocumentFailure], config: RunConfig, given: Callable[[str], Model | BaseChatModel] | None
) -> AsyncIterator[Event]:
    known: list[Document | DocumentFailure] = []

    def read_all() -> list[Document | DocumentFailure]:
        known.extend(docs)
        return known

    casts = casts_for(config, read_all)
    meter = Meter(config.limits)
    back_ends = BackEnds(config, meter, given=given)
    pool = pool_for(config, meter, run="python", casts=casts, tell=lambda name, facts: None, given=given)
    try:
        if pool:
            await pool.begin()
        documents = itertools.chain(known, docs)
        async for event in play(
            documents, config, run="python", meter=meter, models=back_ends.of, casts=casts, table=pool
        ):
            yield event
    finally:
        if pool:
            await pool.end()
        await back_ends.close()


def _config(model: str | Model | BaseChatModel | None, settings: dict[str, Any]) -> RunConfig:
    source: RunConfig | None = settings.pop("config", None)
    named = {"models.default": model} if isinstance(model, str) else {}
    base = source.model_dump(mode="json") if source else {}
    return load_config(flags={**base, **settings, **named})


def _given(model: str | Model | BaseChatModel | None) -> Callable[[str], Model | BaseChatModel] | None:
    if model is None or isinstance(model, str):
        return None
    return lambda role: model


def _read(docs: Documents, config: RunConfig) -> Iterator[Document | DocumentFailure]:
    for doc in [docs] if isinstance(docs, str | Path | Document) else docs:
        if isinstance(doc, Document):
            yield doc
        else:
            yield from read_for([doc], config)


async def _next(events: AsyncIterator[Event]) -> Event | None:
    return await anext(events, None)


def _wait(work: Coroutine[Any, Any, Returned]) -> Returned:
    """The result of a coroutine, also where a loop runs already, as in a notebook."""
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
