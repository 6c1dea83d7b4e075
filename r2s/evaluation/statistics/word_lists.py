"""A list of words of the user's own: what must not be in a data set, and where it is all the same."""

import re
from collections.abc import Iterable
from pathlib import Path

from r2s.documents.scripts import to_simplified
from r2s.errors import ConfigError

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# A letter or digit that is not Chinese: next to one, a word is part of a longer word.
_LETTER = r"[^\W\u3400-\u9fff\uf900-\ufaff]"


class WordList:
    """Words and phrases, found whole and in any case; Chinese ones in both scripts, wherever they stand."""

    def __init__(self, entries: Iterable[str]) -> None:
        plain = sorted({_plain(entry) for entry in entries}, key=lambda entry: (-len(entry), entry))
        self._pattern = re.compile("|".join(map(_guarded, plain)))

    @classmethod
    def read(cls, path: Path) -> "WordList":
        """The list of a file: an entry a line; empty lines and those that begin with # say nothing."""
        try:
            lines = (line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines())
        except OSError as error:
            raise ConfigError(f"--words {path}: cannot be read: {error.strerror}; name a file of words") from None
        except UnicodeDecodeError:
            raise ConfigError(f"--words {path} is no text in UTF-8; save it as such") from None
        entries = [line for line in lines if line and not line.startswith("#")]
        if not entries:
            raise ConfigError(f"--words {path}: the file has no word; write one a line")
        return cls(entries)

    def found(self, text: str) -> list[str]:
        """The entries in a text, as often as they occur."""
        return [" ".join(found.split()) for found in self._pattern.findall(_plain(text))]


def _plain(text: str) -> str:
    return to_simplified(text).casefold()


def _guarded(entry: str) -> str:
    words = r"\s+".join(map(re.escape, entry.split()))
    return words if _HAN.search(entry) else rf"(?<!{_LETTER}){words}(?!{_LETTER})"
