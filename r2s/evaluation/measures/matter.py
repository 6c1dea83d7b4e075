"""What is said: how much of the document is conveyed, on what it stands, in whose words."""

from r2s.documents.foreknowledge import foreknown
from r2s.documents.subject import subject_of
from r2s.documents.tells import names_the_document
from r2s.evaluation.collectors import Figures, Measure, Turn, per_tree, per_turn
from r2s.policies.quality import copied_share, echo_share
from r2s.trees.tree import ConversationTree

SHARE = (0.0, 1.0)


@per_tree(Measure("coverage", "coverage of the document", better="higher", of=SHARE))
def coverage(tree: ConversationTree) -> Figures:
    """The share of the document's characters that the evidence of kept replies spans."""
    return {"coverage": tree.coverage if tree.document.text else None}


@per_turn(
    Measure("grounded", "replies with verified evidence", better="higher", of=SHARE),
    Measure("exact", "evidence quoted exactly", better="higher", of=SHARE),
)
def evidence(turn: Turn) -> Figures:
    """Only quotes that were found in the document are evidence; without a document nothing can be."""
    if not turn.tree.document.text:
        return {}
    spans = turn.reply.evidence
    exact = sum(span.match == "exact" for span in spans)
    return {"grounded": float(bool(spans)), "exact": exact / len(spans) if spans else None}


@per_turn(
    Measure("copied", "recited from the document", better="lower", of=SHARE),
    Measure("echoed", "said again by the assistant", better="lower", of=SHARE),
)
def wording(turn: Turn) -> Figures:
    """Runs of words that stand in the document, and runs that a reply before had already."""
    text, source = turn.reply.text, turn.tree.document.text
    earlier = [node.text for node in turn.before if node.role == "assistant"]
    return {
        "copied": copied_share(text, source, turn.language) if source else None,
        "echoed": echo_share(text, earlier, turn.language) if earlier else None,
    }


@per_turn(
    Measure("foreknowledge", "questions that know the answer", better="lower", of=SHARE),
    Measure("names_document", "turns that name the document", better="lower", of=SHARE),
)
def leaks(turn: Turn) -> Figures:
    """What a user cannot know yet, and what nobody without the document can follow; by rule, whatever the run kept."""
    document = turn.tree.document
    if not document.text:
        return {}
    user = turn.tree.cast.user
    heard = [subject_of(document.restored), f"{user.goal}\n{user.knowledge}", *(node.text for node in turn.before)]
    said = (turn.question.text, turn.reply.text)
    return {
        "foreknowledge": float(bool(foreknown(turn.question.text, document.restored, heard))),
        "names_document": float(any(names_the_document(text, turn.language) for text in said)),
    }
