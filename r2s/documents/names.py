"""A file's name as a title."""

import re

from r2s.documents.normal import one_line

# Names that editors and programs give, and that say nothing of the subject.
_GENERIC = re.compile(
    "article|chapter|content|copy|data|doc|document|en|example|file|index|input|main|new|notes?|output|page|part|passage"
    "|readme|samples?|section|temp|tests?|text|tmp|txt|untitled|zh|文档|文本|文章|新建文本文档|未命名|文件"
)
_HASH = re.compile(r"(?=.*\d)[0-9a-f]{8,}", re.IGNORECASE)


def readable_name(stem: str) -> str | None:
    """A file's name as a title, where it names something: `Marie_Curie`, but not `doc-001`."""
    words = re.sub(r"[_\-\s]+", " ", one_line(stem)).split()
    naming = [word for word in words if _names_something(word)]
    return " ".join(words) if naming else None


def _names_something(word: str) -> bool:
    letters = "".join(character for character in word if character.isalpha()).lower()
    return len(letters) > 1 and not _GENERIC.fullmatch(letters) and not _HASH.fullmatch(word)
