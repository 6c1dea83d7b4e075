"""The ten properties of a dialogue worth training on, as far as rules can tell; a judge tells the rest.

Every figure is of one dialogue. Shares are 0 to 1; what a dialogue gives no ground for (no document, no plan, no goal)
is null.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from r2s.documents import tells
from r2s.documents.foreknowledge import foreknown
from r2s.documents.grams import said_before
from r2s.documents.passages import split_passages
from r2s.documents.subject import subject_of
from r2s.evaluation.dialogues import document_of
from r2s.evaluation.goals import goal_returns, names_goal
from r2s.policies.quality import (
    copied_share,
    echo_share,
    names_subject,
    names_the_panel,
)
from r2s.samples.dialogue import Dialogue

Figures = dict[str, float | None]


@dataclass(frozen=True)
class Bound:
    """A figure of a dialogue that is well made lies between `least` and `most`."""

    figure: str
    least: float = 0
    most: float = float("inf")

    def holds(self, value: float) -> bool:
        return self.least <= value <= self.most


@dataclass(frozen=True)
class Property:
    """One of the ten, in their order of weight, with the figures by rule and by judge that tell of it."""

    name: str
    by_rule: tuple[Bound, ...] = ()
    by_judge: tuple[Bound, ...] = ()


PROPERTIES = (
    Property(
        "the user knows nothing in advance", (Bound("foreknowledge", most=0),), (Bound("judged_knows_early", most=0),)
    ),
    Property(
        "it stands alone",
        (Bound("names_source", most=0), Bound("subject_named", least=1)),
        (Bound("stands_alone", least=4), Bound("unresolved", most=0)),
    ),
    Property(
        "the assistant explains",
        (Bound("copied", most=0.15), Bound("gives_reasons", least=0.5)),
        (Bound("explains", least=0.5),),
    ),
    Property(
        "the user has a goal",
        (Bound("goal_named", least=1), Bound("goal_returns", least=2)),
        (Bound("judged_goal_named", least=1), Bound("judged_goal_pursued", least=0.5)),
    ),
    Property("the answer comes first", (Bound("dodges", most=0),), (Bound("answered_first", least=1),)),
    Property("what is added is true", (), (Bound("additions_true", least=1),)),
    Property(
        "claims keep agent, modality and scope", (Bound("hedges_lost", most=0),), (Bound("claims_changed", most=0),)
    ),
    Property(
        "moves vary, no straw men",
        (Bound("questions", most=0.5), Bound("largest_type", most=0.6)),
        (Bound("mistaken_beliefs", most=2), Bound("straw_men", most=0)),
    ),
    Property(
        "the assistant's questions earn their place", (Bound("asks_twice", most=0),), (Bound("asks_well", least=1),)
    ),
    Property(
        "every turn adds, the end is natural",
        (
            Bound("asked_again", most=0),
            Bound("echoed", most=0.5),
            Bound("only_agrees", most=0),
            Bound("sums_up", most=0),
            Bound("moralises", most=0),
        ),
        (Bound("adds", least=1), Bound("natural_end", least=1)),
    ),
)


def rule_figures(dialogue: Dialogue) -> Figures:
    """The figures of all properties that need no judge."""
    language, asked = dialogue.language, [node.text for node in dialogue.path[::2]]
    replies = [node.text for node in dialogue.replies]
    said = [node.text for node in dialogue.path]
    subject = subject_of(document_of(dialogue.tree.document)) if dialogue.tree.document.text else ""
    return {
        "foreknowledge": share_of(early_words(dialogue)) if dialogue.tree.document.text else None,
        "names_source": share_of(
            tells.names_the_document(text, language) or names_the_panel(text, language) for text in said
        ),
        "subject_named": float(names_subject(asked[0], subject, language)) if subject else None,
        **_recited(dialogue),
        "gives_reasons": share_of(tells.gives_reason(text, language) for text in replies),
        "goal_named": _as_number(names_goal(dialogue)),
        "goal_returns": goal_returns(dialogue),
        "dodges": share_of(tells.dodges(text, language) for text in replies),
        "hedges_lost": _hedges_lost(dialogue),
        "questions": share_of(tells.asks(text, language) for text in asked),
        "largest_type": _largest_type(dialogue),
        "asks_twice": share_of(tells.question_count(text) > 1 for text in replies),
        "asked_again": share_of(said_before(text, asked[:place]) for place, text in enumerate(asked)),
        "echoed": max(echo_share(text, replies[:place], language) for place, text in enumerate(replies)),
        "only_agrees": share_of(tells.only_agrees(text, said[place], language) for place, text in enumerate(said[1:])),
        "sums_up": share_of(tells.sums_up(text, language) for text in replies),
        "moralises": float(tells.moralises(_ending(replies[-1], language), language)),
    }


def early_words(dialogue: Dialogue) -> list[set[str]]:
    """For each user turn, the document's own words that nobody had said before it and the user could not know."""
    document, user = document_of(dialogue.tree.document), dialogue.tree.cast.user
    heard = [subject_of(document), user.known]
    early = []
    for node in dialogue.path:
        if node.role == "user":
            early.append(foreknown(node.text, document, heard))
        heard.append(node.text)
    return early


def share_of(verdicts: Iterable[object]) -> float | None:
    """The share of those that are so, null where there are none."""
    found = [bool(verdict) for verdict in verdicts]
    return round(fmean(found), 4) if found else None


def _recited(dialogue: Dialogue) -> Figures:
    text, language = dialogue.tree.document.text, dialogue.language
    copied = [copied_share(reply.text, text, language) for reply in dialogue.replies] if text else []
    return {"copied": round(fmean(copied), 4) if copied else None}


def _hedges_lost(dialogue: Dialogue) -> float | None:
    """Of the replies that stand on a hedged quote, the share that hedge nothing; null where none does."""
    language = dialogue.language
    return share_of(
        not tells.hedges(reply.text, language)
        for reply in dialogue.replies
        if any(tells.hedges(span.quote, language) for span in reply.evidence)
    )


def _largest_type(dialogue: Dialogue) -> float | None:
    types = Counter(node.plan.type for node in dialogue.path if node.plan)
    return round(max(types.values()) / types.total(), 4) if types else None


def _ending(text: str, language: str) -> str:
    """The last sentence of a reply, where words of wisdom stand."""
    last = split_passages(text, language)[-1:]
    return text[last[0].start :] if last else text


def _as_number(verdict: bool | None) -> float | None:
    return None if verdict is None else float(verdict)
