"""What a document is about, in the words of somebody who has not read it."""

import re

from r2s.documents.document import Document

_BRACKETED = re.compile(r"^[【\[［][^】\]］]*[】\]］]\s*|\s*[（(][^）)]*[）)]$")
_FIRST_WORDS = {
    "en": re.compile(r"^(.{3,60}?)(?=,|\s(?:is|was|are|were|has|had|have|can|will)\b|[.;:(])"),
    "zh": re.compile(r"^(.{2,16}?)(?=是|为|，|（|\(|、|在|于|。)"),
}


def subject_of(document: Document) -> str:
    """The document's title without marks and brackets, else the first words of its text; at most 60 characters."""
    title = _BRACKETED.sub("", document.title or "").strip()
    if title:
        return title[:60]
    first = _FIRST_WORDS[document.language].match(document.text)
    return first[1].strip() if first else document.text.split("\n", 1)[0][:30].strip()
