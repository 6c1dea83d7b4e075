"""Which files R2S reads by their names, and what it says of those it does not."""

from typing import Literal

Kind = Literal["text", "markdown", "html", "pdf", "docx", "epub", "jsonl", "json", "csv", "parquet", "arrow"]

BY_SUFFIX: dict[str, Kind] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".epub": "epub",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
}
READABLE = (
    "R2S reads .txt, .md, .html, .pdf, .docx, .epub, .jsonl, .json, .csv, .tsv and .parquet files (of text, also .gz), "
    "folders of them, and data sets as hf://OWNER/NAME"
)
# One document a file; the others hold as many as they have rows.
WHOLE: tuple[Kind, ...] = ("text", "markdown", "html", "pdf", "docx", "epub")


def suffix_of(name: str) -> str:
    """The suffix in small letters; of a file packed with gzip, that of what is in it."""
    name = name.lower().removesuffix(".gz")
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""


def is_readable(name: str) -> bool:
    """Whether a file of this name is taken when its folder is given."""
    return suffix_of(name) in BY_SUFFIX
