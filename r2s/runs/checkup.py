"""A check-up of the installation: libraries, languages, the baseline, and the models that are named."""

import asyncio
import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel

from r2s.config import RunConfig
from r2s.errors import R2SError
from r2s.models.batch.address import batch_address
from r2s.models.names import BASELINE, is_person
from r2s.models.request import Request, Sampling, Template
from r2s.plugins import GROUPS, offers
from r2s.runs.back_ends import BackEnds
from r2s.runs.manifest import PACKAGES
from r2s.runs.meter import Meter

SAMPLES = {"en": "The lighthouse was built in 1820. It is 31 metres high.", "zh": "这座灯塔建于1820年。塔高31米。"}


# A server that is there answers a tiny request well within this many seconds.
PATIENCE = 5.0


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    name: str
    passed: bool
    detail: str


class _Word(BaseModel):
    word: str


def check_all(config: RunConfig, network: bool) -> list[Check]:
    """Every check in turn; the server is asked only with `network` and only where a model has one."""
    checks = [
        _check("python", platform.python_version),
        _check("packages", lambda: ", ".join(f"{name} {version(name)}" for name in PACKAGES)),
        _check("disk", _write),
        *([_check("plug-ins", _plug_ins)] if any(map(offers, GROUPS)) else []),
        *(_check(f"language {language}", lambda language=language: _passages(language)) for language in SAMPLES),
    ]
    for name in sorted(set(config.named_models.values()) - {BASELINE}):
        if network and batch_address(name) is None and not is_person(name):
            # A server may be out of reach; a model in this process can only be set up wrongly.
            where = "server" if name.startswith("openai:") else "model"
            checks.append(_check(where, lambda name=name: asyncio.run(_ask(name, config))))
    return checks


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except (R2SError, OSError, ImportError, LookupError) as error:
        return Check(name, False, f"{type(error).__name__}: {error}")


def _plug_ins() -> str:
    """Every plug-in by name, once all of them are loaded."""
    offered = [offer for group in GROUPS for offer in offers(group).values()]
    for offer in offered:
        offer.load()
    return ", ".join(map(str, offered))


def _write() -> str:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test").write_text("test", encoding="utf-8")
    return "the folder for temporary files can be written"


def _passages(language: str) -> str:
    from r2s.documents.passages import split_passages
    from r2s.documents.words import words

    text = SAMPLES[language]
    return f"{len(split_passages(text, language))} sentences, {len(words(text, language))} words found in a sample"


async def _ask(name: str, config: RunConfig) -> str:
    """One tiny request, to see that the server answers, and in which form it takes a wish for JSON."""
    from r2s.models.transport.structured import describe

    limits = config.limits.model_copy(update={"patience": PATIENCE})
    settings = config.model_copy(update={"models": {"default": name}, "limits": limits})
    back_ends = BackEnds(settings, Meter(limits))
    try:
        reply = await back_ends.of("doctor").answer(_QUESTION)
    finally:
        await back_ends.close()
    counted = f"{reply.usage.prompt_tokens} prompt tokens"
    return "; ".join([f"{name} answered {reply.answer.word!r}, {counted}", *describe()])


_QUESTION = Request(
    dialogue="doctor",
    role="doctor",
    speaker="doctor",
    language="en",
    template=Template("Answer with one JSON object.", "", 'Answer with {"word": "ready"}'),
    document=None,
    transcript=(),
    fields={},
    answer=_Word,
    seed=0,
    sampling=Sampling(temperature=0.0, max_tokens=64),
)
