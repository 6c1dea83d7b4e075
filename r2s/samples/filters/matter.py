"""Filters on what is said: how much of the document it conveys, in which language, how often again, with what flaws."""

from typing import Literal

from pydantic import Field

from r2s.documents.language import find_language
from r2s.policies.quality import echo_share
from r2s.samples.dialogue import Dialogue
from r2s.samples.filters.filter import Filter
from r2s.trees.coverage import covered_share


class Coverage(Filter, frozen=True):
    """The replies stand on at least `least` of the document's characters (0 to 1); without a document, on none."""

    kind: Literal["coverage"] = "coverage"
    least: float = Field(default=0.5, ge=0, le=1)

    def refuses(self, dialogue: Dialogue) -> str | None:
        share = covered_share(dialogue.path, len(dialogue.tree.document.text))
        return f"coverage {share:.2f} is under {self.least:g}" if share < self.least else None


class Language(Filter, frozen=True):
    """The document is in one of the languages `only` (`en`, `zh`, `zh-Hant` ...; any, if not given), and what is said
    is in the language of the document."""

    kind: Literal["language"] = "language"
    only: tuple[str, ...] = ()

    def refuses(self, dialogue: Dialogue) -> str | None:
        lang = dialogue.tree.document.lang
        if self.only and not any(f"{lang}-".startswith(f"{tag}-") for tag in self.only):
            return f"the document is in {lang}, not in {' or '.join(self.only)}"
        spoken = find_language(" ".join(node.text for node in dialogue.path)) or "another language"
        is_same = spoken.partition("-")[0] == dialogue.language
        return None if is_same else f"the document is in {lang}, the dialogue in {spoken}"


class Repetition(Filter, frozen=True):
    """No reply says again more than `most` (0 to 1) of what was said before it: runs of four words, six characters in
    Chinese."""

    kind: Literal["repetition"] = "repetition"
    most: float = Field(default=0.5, ge=0, le=1)

    def refuses(self, dialogue: Dialogue) -> str | None:
        said = [reply.text for reply in dialogue.replies]
        echoes = (echo_share(text, said[:index], dialogue.language) for index, text in enumerate(said))
        worst = max(echoes)
        return f"{worst:.0%} of a reply had been said before" if worst > self.most else None


class Flaws(Filter, frozen=True):
    """At most `most` flaws are left, of those `named`, or of any kind if none is named."""

    kind: Literal["flaws"] = "flaws"
    named: tuple[str, ...] = ()
    most: int = Field(default=0, ge=0)

    def refuses(self, dialogue: Dialogue) -> str | None:
        found = [flaw for node in dialogue.path for flaw in node.flaws if not self.named or flaw in self.named]
        return f"flaws: {', '.join(sorted(set(found)))}" if len(found) > self.most else None
