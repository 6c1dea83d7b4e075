"""The goal of a user, followed through a dialogue by the words that belong to it."""

from r2s.documents.words import EVERYDAY_ZIPF, frequency, stems, words
from r2s.samples.dialogue import Dialogue

# So much of a goal's words must be there for it to count as named.
NAMED_SHARE = 0.25


def goal_words(dialogue: Dialogue) -> frozenset[str]:
    """The words (stems) of the goal that say more than any goal does; the subject's own are not among them."""
    language, goal = dialogue.language, dialogue.tree.cast.user.goal
    about = set(stems(dialogue.tree.document.title or "", language))
    pairs = zip(words(goal, language), stems(goal, language), strict=True)
    return frozenset(
        stem
        for word, stem in pairs
        if frequency(word, language) < EVERYDAY_ZIPF and stem not in about and (language != "zh" or len(word) > 1)
    )


def names_goal(dialogue: Dialogue) -> bool | None:
    """Whether the first message says why the user asks; null where the user has no goal."""
    wanted = goal_words(dialogue)
    found = wanted.intersection(stems(dialogue.path[0].text, dialogue.language))
    return len(found) >= max(1, NAMED_SHARE * len(wanted)) if wanted else None


def goal_returns(dialogue: Dialogue) -> int | None:
    """In how many later user turns a word of the goal comes back; null where the user has no goal."""
    wanted = goal_words(dialogue)
    later = (stems(node.text, dialogue.language) for node in dialogue.path[2::2])
    return sum(not wanted.isdisjoint(said) for said in later) if wanted else None
