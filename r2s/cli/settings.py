"""The flags that commands share, and the configuration that they and the files make."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from r2s.errors import ConfigError

if TYPE_CHECKING:
    from r2s.config import RunConfig


def _show_progress(chosen: Any) -> Any:
    """How progress is shown holds for the whole process, like the terminal that it is shown on."""
    from r2s.cli.progress import choose_display

    return choose_display(chosen)


Docs = Annotated[
    list[Path],
    typer.Argument(
        help="Documents: .txt, .md, .html, .pdf, .docx, .epub, .jsonl, .json, .csv, .parquet; folders; hf://OWNER/NAME."
    ),
]
Run = Annotated[Path, typer.Argument(help="A run directory.")]
Config = Annotated[
    str | None, typer.Option("--config", "-c", help="A YAML file, or the name of a shipped configuration.")
]
Set = Annotated[list[str] | None, typer.Option("--set", help="Change one setting: a.b=c. May be given several times.")]
Method = Annotated[
    str | None,
    typer.Option(
        help="cod_review (with a review panel), cod (without), review (Review-Instruct), direct, cot, cod_single, "
        "self_chat, or gllm (a trained model; see r2s train)."
    ),
]
ModelNames = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        help="What answers: extractive, openai:NAME, vllm:PATH, hf:PATH, batch:DIR[#NAME] or human[:NAME]; "
        "ROLE=NAME for one role only.",
    ),
]
BaseUrl = Annotated[str | None, typer.Option(help="The OpenAI-compatible server, such as http://127.0.0.1:8000/v1.")]
Reviewers = Annotated[int | None, typer.Option(min=0, help="Reviewers in the panel; 0 means no review.")]
Candidates = Annotated[int | None, typer.Option(min=1, help="Drafts of every reply.")]
Turns = Annotated[int | None, typer.Option(min=1, help="The most turns of a dialogue: 12 if not given, 3 with review.")]
Dialogues = Annotated[int | None, typer.Option(min=1, help="Dialogues of every document.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Take only the first documents.")]
TextField = Annotated[str | None, typer.Option(help="The field or column that holds the text, if not found out.")]
TitleField = Annotated[str | None, typer.Option(help="The field or column that holds the title.")]
Prompts = Annotated[
    Path | None, typer.Option(help="A folder of prompts of your own (r2s prompts); the rest are as shipped.")
]
Seed = Annotated[int | None, typer.Option(help="Another seed gives other dialogues.")]
Concurrency = Annotated[int | None, typer.Option(min=1, help="Calls under way at once.")]
MaxCalls = Annotated[int | None, typer.Option(min=1, help="Stop before more calls than this.")]
MaxTokens = Annotated[int | None, typer.Option(min=1, help="Stop once this many tokens are spent.")]
MaxCost = Annotated[float | None, typer.Option(min=0.0, help="Stop once this many US dollars are spent.")]
Engine = Annotated[
    str | None, typer.Option(help="Where dialogues are played: local, on this machine, or ray, on a Ray cluster.")
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Processes that play: none beside this one, or with ray one a core.")
]
RayAddress = Annotated[
    str | None, typer.Option(help="The cluster: HOST:PORT or auto; this machine's cores if not given.")
]
Journal = Annotated[
    str | None,
    typer.Option(help="Calls shared with other runs: a file, or postgresql://USER@HOST/DB; else RUN/journal.sqlite."),
]
RunJournal = Annotated[str | None, typer.Option(help="The run's journal, if it is not RUN/journal.sqlite.")]
Partial = Annotated[bool, typer.Option("--partial", help="Take runs that are not finished, too.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output, and only that.")]
Display = Annotated[
    Literal["full", "plain", "none"],
    typer.Option(
        help="Progress on standard error: drawn on a terminal (full), a plain line now and then, or none.",
        callback=_show_progress,
    ),
]


# Where the value of a flag belongs in the configuration.
PATHS = {
    **{
        name: name
        for name in ("method", "base_url", "reviewers", "candidates", "turns", "dialogues", "prompts", "seed")
    },
    **{name: f"documents.{name}" for name in ("limit", "text_field", "title_field")},
    **{name: f"limits.{name}" for name in ("concurrency", "max_calls", "max_tokens", "max_cost")},
    **{"engine": "engine.kind", "workers": "engine.workers", "ray_address": "engine.ray_address"},
}


def flags_in(given: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a command was given, its `locals()`, the flags that belong in the configuration."""
    return {name: value for name, value in given.items() if name in PATHS}


def chosen_by(given: Mapping[str, Any], **more: Any) -> "RunConfig":
    """The configuration by what a command was given, its `locals()`; `more` is what it says of its own accord."""
    return configuration(given["config"], given["set_"], given.get("model"), **flags_in(given), **more)


def configuration(
    source: str | None, overrides: Sequence[str] | None, models: Sequence[str] | None, **flags: Any
) -> "RunConfig":
    """The configuration of a file or preset, `--set` and flags, in this order of growing weight."""
    from r2s.config import load_config

    named = {f"models.{role}": name for role, name in map(_model, models or ())}
    return load_config(source, overrides or (), {**{PATHS.get(name, name): flags[name] for name in flags}, **named})


def _model(given: str) -> tuple[str, str]:
    role, sign, name = given.partition("=")
    if not sign:
        return "default", given
    # Only a flag that names a role pays for loading the graphs.
    from r2s.runs.methods import roles

    if role not in roles():
        raise ConfigError(f"--model {given}: there is no role {role}; roles are {', '.join(roles())}")
    return role, name
