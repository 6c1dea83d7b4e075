"""Coverage: how much of a document the evidence of kept replies spans."""

from collections.abc import Iterable

from r2s.documents.document import Passage
from r2s.trees.node import Node


def covered_spans(nodes: Iterable[Node]) -> list[tuple[int, int]]:
    """The spans of the document that these messages stand on, sorted and merged."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((evidence.start, evidence.end) for node in nodes for evidence in node.evidence):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def covered_share(nodes: Iterable[Node], length: int) -> float:
    """Covered characters over all characters, 0 to 1, to four places; 0 for an empty text."""
    covered = sum(end - start for start, end in covered_spans(nodes))
    return round(covered / length, 4) if length else 0.0


def uncovered_passages(passages: Iterable[Passage], nodes: Iterable[Node]) -> list[Passage]:
    """The passages of which less than half is covered, in the order of the text."""
    spans = covered_spans(nodes)
    return [passage for passage in passages if 2 * _overlap(passage, spans) < passage.end - passage.start]


def _overlap(passage: Passage, spans: list[tuple[int, int]]) -> int:
    return sum(max(0, min(end, passage.end) - max(start, passage.start)) for start, end in spans)
