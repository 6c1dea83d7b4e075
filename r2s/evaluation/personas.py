"""Persona checks: whether the user stays who they were cast as, turn by turn, as far as rules can tell.

Contradictions take a judge; by rule they are null.
"""

from r2s.documents import tells
from r2s.evaluation.goals import goal_returns, names_goal
from r2s.evaluation.properties import Figures, early_words
from r2s.samples.dialogue import Dialogue
from r2s.trees.node import NOBODY


def persona_figures(dialogue: Dialogue) -> Figures:
    """Counts of user turns over a dialogue; null where nobody was cast.

    `persona_lapses` are the turns with any fault: words that this user cannot know yet, or the assistant's part.
    """
    if dialogue.tree.cast == NOBODY:
        return dict.fromkeys(("persona_goal_lost", "persona_knows_too_much", "persona_slips", "persona_lapses"), None)
    asked = [node.text for node in dialogue.path[::2]]
    early = [bool(words) for words in early_words(dialogue)] if dialogue.tree.document.text else [False] * len(asked)
    slips = [tells.assists(text, dialogue.language) for text in asked]
    return {
        "persona_goal_lost": _goal_lost(dialogue),
        "persona_knows_too_much": sum(early),
        "persona_slips": sum(slips),
        "persona_lapses": sum(one or other for one, other in zip(early, slips, strict=True)),
    }


def _goal_lost(dialogue: Dialogue) -> float | None:
    """1 where the goal is not named at first or never comes back, else 0."""
    named, returns = names_goal(dialogue), goal_returns(dialogue)
    return None if named is None or returns is None else float(not (named and returns))
