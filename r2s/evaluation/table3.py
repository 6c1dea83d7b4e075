"""Table 3 of Reflection-Tuning (Li et al. 2023): the statistics of a set of pairs, and the paper's rows beside them."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Table3Row(NamedTuple):
    """A row of the table; null where a column was not measured.

    Lengths are tokens of the language model's tokenizer, perplexities means over samples; `ifd` is the mean of the
    samples' own ratios, which is not the ratio of the columns.
    """

    data: str
    instruction_length: float | None
    response_length: float | None
    instruction_ppl: float | None
    response_ppl_1: float | None
    response_ppl_2: float | None
    coherent: float | None
    ifd: float | None


HEADINGS = ("", "Ins. len", "Res. len", "Ins. ppl", "Res. ppl 1", "Res. ppl 2", "Coherent", "IFD")
# As printed; by Llama-2-7B, by which every row has to be measured that is to be compared with them.
PUBLISHED = (
    Table3Row("Original Alpaca 7B", 20.7, 65.5, 34.3, 82.6, 49.2, 0.53, 0.72),
    Table3Row("Recycled Alpaca 7B", 37.9, 377.2, 13.6, 4.5, 2.9, 0.67, 0.83),
    Table3Row("Original WizardLM 7B", 123.0, 348.5, 12.3, 17.0, 7.5, 0.65, 0.66),
    Table3Row("Recycled WizardLM 7B", 66.9, 518.7, 10.0, 3.2, 2.5, 0.73, 0.81),
)
_FIGURES = (
    "question_tokens",
    "answer_tokens",
    "question_ppl",
    "answer_ppl",
    "answer_ppl_given",
    "coherent",
    "ifd",
)


def table3_row(name: str, report: Mapping[str, Any]) -> Table3Row:
    """The row of a report of `collect`; of dialogues, the means over turns and then over dialogues."""
    means = report["means"]
    return Table3Row(name, *((means.get(figure) or {}).get("mean") for figure in _FIGURES))
