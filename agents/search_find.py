"""Search-Find: what the user said and the planner's key phrases search the document; no model is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from r2s.documents.document import Document, Passage
from r2s.trees.node import Plan


@dataclass(frozen=True)
class SearchFind:
    """Finds `count` passages for a turn, and the planner's own targets with them."""

    count: int = 3

    def find(self, document: Document, said: str, plan: Plan) -> Sequence[Passage]:
        """The passages for a reply: the plan's targets first, then what the search brings, without repeats."""
        by_id = document.passages_by_id
        targets = [by_id[id] for id in plan.target if id in by_id]
        hits = document.search.search([said, *plan.key_phrases], self.count)
        return list(dict.fromkeys([*targets, *hits]))
