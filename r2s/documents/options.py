"""What a user may set about reading; `documents` in a configuration."""

from pydantic import BaseModel, Field


class ReadOptions(BaseModel, frozen=True, extra="forbid"):
    max_characters: int = Field(default=1_000_000, ge=1)
    """A longer document fails: a dialogue is about one text that a model can hold."""
