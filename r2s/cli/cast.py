"""`r2s cast`: who would play in the dialogues about these documents, drawn from a population by its quotas."""

import inspect
import itertools
import sys
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from r2s.cli import settings
from r2s.errors import ConfigError

if TYPE_CHECKING:
    from r2s.config import RunConfig
    from r2s.documents import Document, DocumentFailure

EXAMPLE = "Example:  r2s cast docs/ --population people.yaml --dialogues 3 -o casts.jsonl"


def register(app: typer.Typer) -> None:
    app.command("cast", help=_help(), short_help="Draw the casts of a run by quotas.", epilog=EXAMPLE)(cast)


def _help() -> str:
    """What the command does, and what a population may hold: each paragraph marked to keep its lines."""
    paragraphs = f"{inspect.getdoc(cast)}\n\n{_population_format()}".split("\n\n")
    return "\n\n".join(f"\b\n{paragraph}" for paragraph in paragraphs).replace("[", "\\[")


def _population_format() -> str:
    """The head of the shipped population; read without the package that knows populations, which starts slowly."""
    text = resources.files("r2s.policies").joinpath("population.yaml").read_text(encoding="utf-8")
    head = itertools.takewhile(lambda line: line.startswith("#"), text.splitlines())
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in head)


def cast(
    docs: settings.Docs,
    population: Annotated[
        Path | None, typer.Option(help="A YAML file of traits, as below; by default the shipped one.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the casts: one a line, by document and replicate.")
    ] = None,
    config: settings.Config = None,
    set_: settings.Set = None,
    dialogues: settings.Dialogues = None,
    limit: settings.Limit = None,
    text_field: settings.TextField = None,
    title_field: settings.TitleField = None,
    seed: settings.Seed = None,
    as_json: settings.AsJson = False,
) -> None:
    """Draw the casts of all dialogues about these documents,
    and say how they meet the shares of the population. No model is asked.

    A run plays these very casts with
      --set policies.casting.file=CASTS.jsonl
    or draws the same ones by itself with
      --set policies.casting.kind=quota
      --set policies.casting.population=FILE
    """
    chosen = settings.chosen_by(locals(), **{"policies.casting": {"kind": "quota", "population": population}})
    _draw(docs, chosen, out, as_json)


def _draw(docs: list[Path], config: "RunConfig", out: Path | None, as_json: bool) -> None:
    from r2s.runs.cast_report import report_on
    from r2s.runs.casts import QuotaCasts, write_casts
    from r2s.runs.methods import read_for
    from r2s.views.casting import print_casts

    casts = QuotaCasts.dealt(config, _told(read_for(docs, config)))
    if not casts.hands:
        raise ConfigError(f"no document to cast for under {', '.join(map(str, docs))}; check the path")
    if out:
        write_casts(casts, read_for(docs, config), config.dialogues, out)
    print_casts(report_on(casts), as_json=as_json)


def _told(documents: "Iterable[Document | DocumentFailure]") -> "Iterator[Document | DocumentFailure]":
    """The documents, those that cannot be read named on standard error."""
    from r2s.documents import DocumentFailure

    for document in documents:
        if isinstance(document, DocumentFailure):
            print(f"r2s: {document.document}: {document.message}", file=sys.stderr)
        yield document
