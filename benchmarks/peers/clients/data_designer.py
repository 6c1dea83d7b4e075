"""NVIDIA NeMo Data Designer: a text column a call, each prompt naming the columns before it.

Default: 4 requests at once, which is Data Designer's own. Tuned: as many as the workload allows, one row group for
all documents, the plain template engine, and neither the metrics port nor the early shutdown.
"""

# /// script
# dependencies = ["data-designer==0.9.6", "httpx==0.28.1", "pandas==3.1.1", "pydantic==2.14.3"]
# ///
# pyright: reportMissingImports=false

import argparse

import data_designer.config as dd
import pandas
from data_designer.interface import DataDesigner

from benchmarks.peers.workload import arguments, column, finish, read_documents, template


def columns(given: argparse.Namespace) -> dd.DataDesignerConfigBuilder:
    limit = {"max_parallel_requests": given.in_flight} if given.tuned else {}
    parameters = dd.ChatCompletionInferenceParams(**limit)
    # The health check is a call of its own; without it, the counts at the server are those of the workload.
    model = dd.ModelConfig(
        alias="mock", model="mock", provider="mock", skip_health_check=True, inference_parameters=parameters
    )
    builder = dd.DataDesignerConfigBuilder(model_configs=[model])
    builder.with_seed_dataset(dd.LocalFileSeedSource(path="documents.parquet"))
    for step in range(given.calls):
        builder.add_column(dd.LLMTextColumnConfig(name=column(step), model_alias="mock", prompt=template(step)))
    return builder


def settings(documents: int) -> dd.RunConfig:
    return dd.RunConfig(
        buffer_size=documents,
        disable_early_shutdown=True,
        otel_metrics_port=None,
        jinja_rendering_engine=dd.JinjaRenderingEngine.NATIVE,
    )


def main() -> None:
    given = arguments().parse_args()
    documents = read_documents(given.documents)
    pandas.DataFrame(documents).to_parquet("documents.parquet")
    provider = dd.ModelProvider(name="mock", endpoint=given.url, provider_type="openai", api_key="none")
    designer = DataDesigner(artifact_path="artifacts", model_providers=[provider])
    if given.tuned:
        designer.set_run_config(settings(len(documents)))
    results = designer.create(columns(given), num_records=len(documents), dataset_name="dialogues")
    rows = {row["id"]: row for row in results.load_dataset().to_dict("records")}
    said = [[rows.get(document["id"], {}).get(column(step)) for step in range(given.calls)] for document in documents]
    finish(documents, said, given.calls)


if __name__ == "__main__":
    main()
