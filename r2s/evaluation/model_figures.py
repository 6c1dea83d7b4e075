"""The dear measures of talks, each in a row file of its own: likelihoods by a model, coherence, answers of a judge."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from r2s.errors import ConfigError
from r2s.evaluation.contexts import Contexts, TemplateName
from r2s.evaluation.difficulty import Difficulty, mean_of
from r2s.evaluation.embeddings import AUTO, open_encoder
from r2s.evaluation.judging import Judging
from r2s.evaluation.questions import QUESTIONS, Question
from r2s.evaluation.row_files import RowFile
from r2s.evaluation.sources import Source
from r2s.evaluation.talks import Talk
from r2s.models.local.installed import check_packages, check_path
from r2s.models.request import Model, Reply
from r2s.usage import Usage

if TYPE_CHECKING:
    from r2s.evaluation.likelihood import CausalLM

LANGUAGES = ("en", "zh")
Told = Callable[[int], None]


class LmSettings(BaseModel, frozen=True, extra="forbid"):
    """The causal language model that likelihoods are measured by: a folder, or a name of the Hub.

    `longest` is the most tokens of a text with its context, the model's own limit if not given; what would have to be
    cut has no figure. `batch_tokens` bounds a batch, padding included.
    """

    path: str
    template: TemplateName | None = None
    longest: int | None = Field(default=None, ge=8)
    batch_tokens: int = Field(default=8192, ge=1)


def likelihood_file(folder: Path) -> RowFile:
    return RowFile(folder / "likelihood.jsonl")


def coherence_file(folder: Path) -> RowFile:
    return RowFile(folder / "coherence.jsonl")


def answers_file(folder: Path, role: str) -> RowFile:
    return RowFile(folder / f"{role}.jsonl")


def measure_likelihood(source: Source, settings: LmSettings, told: Told) -> int:
    """Score the talks that have not been scored by this model in this way; returns how many those were."""
    check_packages("hf", ("torch", "transformers"), "--lm")
    check_path("hf", settings.path, f"--lm {settings.path}")
    from r2s.evaluation.likelihood import CausalLM

    lm = CausalLM.load(settings.path, settings.batch_tokens, settings.longest)
    contexts = Contexts.of(settings.path, lm.tokenizer, settings.template)
    difficulty = Difficulty(lm, contexts)
    header = _header(settings, lm, contexts)
    return likelihood_file(source.folder).extend(source.talks(), header, _telling(difficulty.measure, told))


def _header(settings: LmSettings, lm: "CausalLM", contexts: Contexts) -> dict[str, Any]:
    return {
        "schema": "r2s.likelihood/1",
        "lm": Path(settings.path).name,
        "files": _fingerprint(settings.path),
        "template": contexts.template,
        "longest": lm.longest,
    }


def _fingerprint(path: str) -> list[list[Any]]:
    """The files of a model's folder with their sizes and times: another training of it is another model."""
    folder = Path(path).expanduser()
    files = sorted(file for file in folder.iterdir() if file.is_file()) if folder.is_dir() else []
    return [[file.name, file.stat().st_size, file.stat().st_mtime_ns] for file in files]


def measure_coherence(source: Source, encoder: str = AUTO, told: Told = lambda count: None) -> int:
    """The cosine of every question and its answer, for the talks that have none by this encoder."""
    encoders = {language: open_encoder(encoder, language) for language in LANGUAGES}

    def measure(talks: Sequence[Talk]) -> list[dict[str, Any]]:
        return [{"coherent": _coherence(talk, encoders[talk.language])} for talk in talks]

    names = {language: encoder.name for language, encoder in encoders.items()}
    header = {"schema": "r2s.coherence/1", "encoders": names}
    return coherence_file(source.folder).extend(source.talks(), header, _telling(measure, told))


def _coherence(talk: Talk, encoder: Any) -> float | None:
    said = [message["content"] for message in talk.messages]
    vectors = encoder.encode(said).astype("float64")
    pairs = zip(vectors[::2], vectors[1::2], strict=True)
    # A text without a word has no direction, and no cosine.
    return mean_of([float(one @ other) if one.any() and other.any() else None for one, other in pairs])


def _telling(measure: Callable[[Sequence[Talk]], list[dict[str, Any]]], told: Told) -> Any:
    def measured(talks: Sequence[Talk]) -> list[dict[str, Any]]:
        rows = measure(talks)
        told(len(talks))
        return rows

    return measured


class NotAsked(BaseModel):
    """Stands where a question makes no sense of a dialogue, as of a user whom nobody cast."""


async def ask_judge(source: Source, judging: Judging, roles: Sequence[str], told: Told) -> None:
    """Put the questions of these roles about every dialogue; raises `ConfigError` for a file of pairs."""
    if source.run is None:
        raise ConfigError(f"{source.path}: a judge is asked about the dialogues of a run, and this is a file of pairs")
    for role in roles:
        question = QUESTIONS[role]
        header = {"schema": "r2s.answers/1", "role": role, "judge": judging.name}
        with answers_file(source.folder, role).anew(header) as write:
            async for verdict in judging.about(source.talks(), _putting(question)):
                write(verdict.item, _row(verdict.answer, verdict.fault))
                told(1)


def _putting(question: Question) -> Any:
    async def put(model: Model, talk: Talk) -> Reply[Any]:
        assert talk.dialogue is not None, "the talks of a run are dialogues"
        if not question.applies(talk.dialogue):
            return Reply(NotAsked(), Usage())
        return await question.about(model, talk.dialogue)

    return put


def _row(answer: BaseModel | None, fault: str) -> dict[str, Any]:
    if isinstance(answer, NotAsked):
        return {"asked": False, "answer": None}
    return {"asked": True, "answer": answer.model_dump() if answer else None, "fault": fault}
