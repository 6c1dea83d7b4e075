"""distilabel: a chain of TextGeneration steps, one a call, each with a process of its own.

A step sends its whole batch at once and waits for all of it. Default: batches of 50, distilabel's own. Tuned: batches
of the workload's calls in flight; several steps at work may then have more than that in flight between them.
"""

# /// script
# dependencies = [
#     "distilabel[openai]==1.5.3", "datasets==5.2.0", "httpx==0.28.1", "openai==3.52.0", "pydantic==2.14.3",
#     "requests==2.34.2",  # imported by distilabel, but not asked for
# ]
# ///
# pyright: reportMissingImports=false

from typing import Any

from distilabel.models import OpenAILLM
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts
from distilabel.steps.tasks import TextGeneration

from benchmarks.peers.workload import Document, arguments, column, finish, read_documents, template


def pipeline(url: str, documents: list[Document], calls: int, batch: int | None) -> Pipeline:
    with Pipeline(name="dialogues", cache_dir="cache") as chain:
        sizes: dict[str, Any] = {"batch_size": batch} if batch else {}
        before: Any = LoadDataFromDicts(name="load", data=documents, **sizes)
        for step in range(calls):
            after = speaks(url, step, {"input_batch_size": batch} if batch else {})
            before.connect(after)
            before = after
    return chain


def speaks(url: str, step: int, sizes: dict[str, Any]) -> TextGeneration:
    return TextGeneration(
        name=f"step_{step}",
        llm=OpenAILLM(model="mock", base_url=url, api_key="none"),
        template=template(step),
        columns=["text", *map(column, range(step))],
        output_mappings={"generation": column(step), "model_name": f"model_{step}"},
        add_raw_output=False,
        add_raw_input=False,
        **sizes,
    )


def main() -> None:
    given = arguments().parse_args()
    documents = read_documents(given.documents)
    batch = given.in_flight if given.tuned else None
    dataset = pipeline(given.url, documents, given.calls, batch).run(use_cache=False)["default"]["train"]
    rows = {row["id"]: row for row in dataset}
    said = [[rows.get(document["id"], {}).get(column(step)) for step in range(given.calls)] for document in documents]
    finish(documents, said, given.calls)


if __name__ == "__main__":
    main()
