"""What a judge is shown of a dialogue: the document and what was said, never a thought, a plan or a review."""

from r2s.agents.scene import Scene
from r2s.models.prompt import Line
from r2s.samples.dialogue import Dialogue
from r2s.trees.node import NOBODY


def scene_of(dialogue: Dialogue, seed: int = 0) -> Scene:
    """A finished dialogue as a judge finds it, its turns numbered from 1.

    The seed is the judge's own: the same words get the same question, whichever run they come from.
    """
    said = tuple(Line(node.role, node.text, place // 2 + 1) for place, node in enumerate(dialogue.path))
    return Scene(dialogue.tree.document.restored, NOBODY, said, turn=0, seed=seed)
