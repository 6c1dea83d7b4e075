"""What a judge is shown of a dialogue: the document and what was said, never a thought, a plan or a review."""

from r2s.agents.scene import Scene
from r2s.documents.document import Document
from r2s.models.prompt import Line
from r2s.samples.dialogue import Dialogue
from r2s.trees.node import NOBODY
from r2s.trees.tree import TreeDocument


def scene_of(dialogue: Dialogue, seed: int = 0) -> Scene:
    """A finished dialogue as a judge finds it, its turns numbered from 1.

    The seed is the judge's own: the same words get the same question, whichever run they come from.
    """
    said = tuple(Line(node.role, node.text, place // 2 + 1) for place, node in enumerate(dialogue.path))
    return Scene(document_of(dialogue.tree.document), NOBODY, said, turn=0, seed=seed)


def document_of(kept: TreeDocument) -> Document:
    """The document that a tree keeps, as roles are shown it."""
    return Document(
        id=kept.id,
        title=kept.title,
        lang=kept.lang,
        source=kept.source,
        text=kept.text,
        passages=kept.passages,
        part=kept.part,
        licence=kept.licence,
    )
