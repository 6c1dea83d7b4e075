"""What a user may set about reading; `documents` in a configuration."""

from typing import Literal

from pydantic import BaseModel, Field


class ReadOptions(BaseModel, frozen=True, extra="forbid"):
    max_characters: int = Field(default=1_000_000, ge=1)
    """A longer document fails."""
    max_megabytes: float = Field(default=500, gt=0)
    """A larger file fails where it must be held whole (PDF, Word, EPUB, HTML); of an archive, what it unpacks to."""
    section_characters: int | None = Field(default=20_000, ge=200)
    """A longer document is cut into sections of at most this many characters; null leaves it whole."""
    text_field: str | None = None
    """The field or column that holds the text; found out where it is not given."""
    title_field: str | None = None
    encoding: str | None = None
    """The encoding of text files, such as gb18030; found out where it is not given."""
    join: int | None = Field(default=None, ge=1)
    """Join the paragraphs of an article of a question set, in order, until a document has more characters than this."""
    duplicates: Literal["keep", "report", "drop"] = "keep"
    """What becomes of a document that nearly repeats an earlier one."""
    similarity: float = Field(default=0.8, gt=0, le=1)
    """From which Jaccard similarity of their word or character runs two documents are near-duplicates."""
