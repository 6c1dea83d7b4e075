"""The filter on contamination: nothing that stands in an evaluation set may be trained on."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from r2s.documents.grams import grams
from r2s.documents.language import find_language
from r2s.errors import ConfigError
from r2s.samples.dialogue import Dialogue
from r2s.samples.filters.filter import Filter, Judge

Gram = tuple[str, ...] | str


def _listed(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


class Contamination(Filter, frozen=True):
    """Drop a dialogue one of whose messages shares a run of `words` words with a text of `against`; in Chinese, of
    `characters` letters and digits.

    `against` is a file or several: .jsonl and .json, of which every string counts (or only those in `fields`), and
    .txt, of which every line does. A text shorter than a run says nothing certain and is not looked for.
    """

    kind: Literal["contamination"] = "contamination"
    against: Annotated[tuple[Path, ...], BeforeValidator(_listed)] = Field(min_length=1)
    fields: tuple[str, ...] = ()
    words: int = Field(default=13, ge=3)
    characters: int = Field(default=20, ge=5)

    def judge(self) -> Judge:
        held_out = {"en": self._runs("en"), "zh": self._runs("zh")}
        if not any(held_out.values()):
            files = ", ".join(map(str, self.against))
            raise ConfigError(f"contamination: no text in {files} is as long as a run of words; lower words")
        return lambda dialogue: self._shared(dialogue, held_out[dialogue.language])

    def _runs(self, language: str) -> dict[Gram, str]:
        """Every run of words of the evaluation texts in one language, with the file that it stands in."""
        return {
            run: path.name
            for path in self.against
            for text in _texts(path, self.fields)
            if (find_language(text) or "en").startswith(language)
            for run in grams(text, language, self._length(language))
        }

    def _shared(self, dialogue: Dialogue, held_out: dict[Gram, str]) -> str | None:
        for node in dialogue.path:
            runs = grams(node.text, dialogue.language, self._length(dialogue.language))
            shared = sorted(
                (run if isinstance(run, str) else " ".join(run), held_out[run]) for run in runs & held_out.keys()
            )
            if shared:
                return f"stands in {shared[0][1]}: {shared[0][0]}"
        return None

    def _length(self, language: str) -> int:
        return self.characters if language == "zh" else self.words


def _texts(path: Path, fields: Sequence[str]) -> Iterator[str]:
    """The texts of an evaluation file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".txt":
            yield from text.splitlines()
        elif path.suffix == ".json":
            yield from _strings(json.loads(text), fields)
        elif path.suffix == ".jsonl":
            for line in text.split("\n"):
                yield from _strings(json.loads(line) if line.strip() else None, fields)
        else:
            raise ConfigError(f"contamination: {path}: give evaluation sets as .jsonl, .json or .txt")
    except OSError as error:
        raise ConfigError(f"contamination: cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"contamination: {path} is not what its name says: {error}") from None


def _strings(value: Any, fields: Sequence[str], name: str | None = None) -> Iterator[str]:
    """Every string in a JSON value that stands under one of these fields, or under any."""
    if isinstance(value, str) and (not fields or name in fields):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, fields, name)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(inner, fields, key if name not in fields else name)
