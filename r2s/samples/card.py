"""The dataset card: what an export holds, who made it out of what, under which licences, and what it is not for."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from importlib.metadata import version
from typing import Any

import yaml

from r2s.models.names import BASELINE
from r2s.samples.formats.files import DATA_FILES
from r2s.samples.markdown import table
from r2s.samples.settings import CardSettings, ExportSettings
from r2s.samples.statistics import UNKNOWN_LICENCE
from r2s.samples.table1 import table1

_MOST_SOURCES = 30
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_BASELINE_NOTE = (
    f"> **Made by a baseline, not by a language model.** R2S's built-in baseline `{BASELINE}` played at least one role."
    " It recites sentences of the document in fixed turns of speech. Such data are for trying things out, for tests and"
    " for comparison; do not train a model for use on them."
)
_LIMITS = """Everything but the documents was made by models and no person has read all of it. Replies are checked
against the document they were made from, which says nothing about whether the document is right. Scores come from
models that judge models. What is personal, offensive or protected in a document may have found its way into a dialogue.
The licences of the sources bind whoever uses or shares what was made from them."""


def card(settings: ExportSettings, figures: Mapping[str, Any]) -> str:
    """The card as Markdown, with the front matter by which `load_dataset` finds the splits."""
    given = settings.card or CardSettings()
    sections = [
        f"# {given.title}",
        *([_BASELINE_NOTE] if is_baseline(figures) else []),
        _summary(settings, figures),
        "## How it was made\n\n" + table(("what", "dialogues, replies or trees"), _making(figures)),
        "## Sources and their licences\n\n" + table(("source", "documents", "licence"), _sources(given, figures)),
        "## Figures\n\n" + table(("what", "mean", "largest"), _figures(figures)),
        *(["## Beside the paper's data\n\n" + table1(figures)] if settings.target.kind == "gllm" else []),
        "## What was left out\n\n" + _left_out(settings, figures),
        "## Limits\n\n" + _LIMITS,
    ]
    return f"---\n{_front_matter(settings, given, figures)}---\n\n" + "\n\n".join(sections) + "\n"


def is_baseline(figures: Mapping[str, Any]) -> bool:
    """Whether the built-in baseline had a part in it."""
    return any(model.endswith(f": {BASELINE}") for model in figures["models"])


def _front_matter(settings: ExportSettings, given: CardSettings, figures: Mapping[str, Any]) -> str:
    rows = sum(figures["rows"].values())
    files = [{"split": split, "path": DATA_FILES[settings.format].format(split)} for split in settings.split]
    data = {
        "pretty_name": given.title,
        "license": given.licence,
        "language": sorted({lang.partition("-")[0] for lang in figures["languages"]}),
        "task_categories": ["text-generation"],
        "annotations_creators": ["machine-generated"],
        "size_categories": [next((name for bound, name in _SIZES if rows < bound), "n>1M")],
        "tags": ["synthetic", "multi-turn", "r2s", settings.target.kind],
        "configs": [{"config_name": "default", "data_files": files}],
    }
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def _summary(settings: ExportSettings, figures: Mapping[str, Any]) -> str:
    splits = ", ".join(
        f"{split} {figures['rows'].get(split, 0)} rows of {figures['documents'].get(split, 0)} documents"
        for split in settings.split
    )
    return (
        f"Multi-turn dialogues of a user and an assistant, simulated by language-model agents out of raw documents with"
        f" R2S {version('r2s-dialogues')}, in the format `{settings.target.kind}`: {figures['dialogues']} dialogues of"
        f" {figures['trees']} conversation trees. Splits are by document: {splits}."
    )


def _making(figures: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    names = {
        "methods": "method",
        "models": "model of",
        "reviewers_per_reply": "reviewers of a reply:",
        "runs": "run",
        "languages": "language",
    }
    for group, name in names.items():
        yield from ((f"{name} {value}", count) for value, count in figures[group].items())


def _sources(given: CardSettings, figures: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """Each source with its licence: what the documents say, else what the settings say."""
    found = [
        (source, count, _licence(given, source) if licence == UNKNOWN_LICENCE else licence)
        for source, licences in figures["sources"].items()
        for licence, count in licences.items()
    ]
    yield from found[:_MOST_SOURCES]
    rest: dict[str, int] = {}
    for _, count, licence in found[_MOST_SOURCES:]:
        rest[licence] = rest.get(licence, 0) + count
    yield from (("other sources", count, licence) for licence, count in rest.items())


def _licence(given: CardSettings, source: str) -> str:
    patterns = given.licences.items()
    return next((licence for pattern, licence in patterns if fnmatchcase(source, pattern)), UNKNOWN_LICENCE)


def _figures(figures: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    characters = figures["characters"].items()
    measured = {
        "turns of a dialogue": figures["turns"],
        **{f"characters: {name.replace('_', ' ')}": spread for name, spread in characters},
        "reviewers' score of a reply (1 to 5)": figures["scores"],
        "share of the document that replies stand on": figures["coverage"],
    }
    return ((name, spread["mean"], spread["max"]) for name, spread in measured.items() if spread)


def _left_out(settings: ExportSettings, figures: Mapping[str, Any]) -> str:
    filters = {filter.kind: filter.model_dump_json(exclude={"kind"}, exclude_none=True) for filter in settings.filters}
    names = dict.fromkeys([*figures["dropped"], *filters])
    if not names:
        return "Nothing: no filter was set."
    rows = [(name, filters.get(name, ""), figures["dropped"].get(name, 0)) for name in names]
    return table(("filter", "settings", "dialogues dropped"), rows)
