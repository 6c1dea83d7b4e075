"""What a small GLLM can do along its training: every checkpoint is asked about the same entries, each once.

    python -m benchmarks.gllm_curve FOLDER --documents 32     # what `python -m benchmarks.gllm -o FOLDER` made

Replies are held to their form by a grammar, and nothing is repaired or asked again. Standard output is a table.
"""

import argparse
import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any

from pydantic import BaseModel, ValidationError

from benchmarks.gllm_figures import documents_of, table, told
from r2s.agents.gllm import FORMS, AnyReply, gllm_prompt
from r2s.config import GllmSettings
from r2s.documents import Document
from r2s.evaluation.generated import Said, form_figures
from r2s.models.calls import Call
from r2s.models.request import Sampling
from r2s.trees.gllm import whole_request

MODELS = {"CoD": True, "Direct": False}
SETTINGS = GllmSettings(temperature=0.3, max_tokens=700)
COLUMNS = ("tokens", "loss", "well_formed", "word_for_word", "in_its_passage", "told")
# Updates on either side of a checkpoint whose losses are its loss.
AROUND = 25
BATCH_TOKENS = 32_768


async def ask(
    model: Path, documents: Sequence[Document], answer: type[BaseModel], repeats: int | None = SETTINGS.repeats
) -> list[Said]:
    """What a model says of each document when it is asked once; held to a grammar where `answer` is no text."""
    from r2s.models.local.hf_caller import HfCaller

    drawn = Sampling(SETTINGS.temperature, SETTINGS.max_tokens, SETTINGS.top_p)
    caller, sampling = HfCaller(str(model), BATCH_TOKENS), replace(drawn, repeats=repeats)
    calls = [Call(prompt, answer, sampling, seed) for seed, prompt in enumerate(map(_prompt, documents))]
    replies = await asyncio.gather(*map(caller.send, calls))
    await caller.close()
    said = zip(documents, replies, strict=True)
    return [Said(document, reply.content, reply.finish == "stop") for document, reply in said]


def _prompt(document: Document) -> list[dict[str, str]]:
    task, asked = gllm_prompt("en", "brief").instructions, whole_request(document, "brief", 0)
    return [{"role": "system", "content": task}, {"role": "user", "content": asked}]


def curve(folder: Path, model: str, documents: Sequence[Document]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The figures of a model's checkpoints and of the model, by update."""
    form, record = (
        FORMS["brief", MODELS[model]],
        json.loads((folder / f"model-{model}/training.json").read_text("utf-8")),
    )
    losses = [entry["loss"] for entry in record["losses"] if "loss" in entry]
    an_update = record["data"]["tokens"] * record["batch"] / sum(record["data"]["rows"].values())
    places = {int(place.name.partition("-")[2]): place for place in (folder / f"curve-{model}").glob("checkpoint-*")}
    for update, place in sorted({**places, record["updates"]: folder / f"model-{model}"}.items()):
        said = asyncio.run(ask(place, documents, form))
        figures = form_figures(said, form)
        figures["told"] = fmean(told(reply.document, _replies(reply, form)) for reply in said)
        loss = fmean(losses[max(0, update - AROUND) : update + AROUND])
        yield (
            f"{model}, update {update}",
            {"tokens": f"{round(update * an_update, -3):,.0f}", "loss": f"{loss:.2f}", **figures},
        )


def _replies(said: Said, form: type[AnyReply]) -> list[str]:
    """What B says in a reply; nothing where it is not whole."""
    try:
        return [turn.B for turn in form.model_validate_json(said.content).turns] if said.is_whole else []
    except ValidationError:
        return []


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--documents", type=int, default=32)
    given = arguments.parse_args()
    documents = documents_of(given.folder / "unseen.jsonl")[: given.documents]
    models = [model for model in MODELS if (given.folder / f"model-{model}" / "training.json").exists()]
    print(table(dict(row for model in models for row in curve(given.folder, model, documents)), COLUMNS))


if __name__ == "__main__":
    main()
