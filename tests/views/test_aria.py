"""What the page of a tree is to those who do not see it: outline, dialogue and reviews, as a screen reader has them."""

import pytest
from playwright.sync_api import expect

from r2s.trees.node import Chair, Evidence, Review
from r2s.trees.tree import ConversationTree
from r2s.views.tree_page import tree_page
from tests.trees.forest import make_tree
from tests.views.conftest import Show

pytestmark = pytest.mark.xdist_group("browser")

OUTLINE = """
- region "Tree":
  - /children: deep-equal
  - group "View":
    - button "Outline" [pressed]
    - button "Map"
  - button "Open or close all rows (*)": All
  - tree "Messages":
    - treeitem "U1, User, one?" [expanded] [level=1]: U1 one?
    - treeitem "A1, Assistant, rejected, a draft" [level=2]: A1 a draft ✗
    - 'treeitem "A1, Assistant, score 3.0, dissent, So it is: It was b nothing else" [expanded] [level=2] [selected]': "A1 So it is: It was b nothing else ⚑ 3.0 ✓"
    - treeitem "U2, User, three?" [level=3]: U2 three? +1
    - treeitem "U2, User, two?" [expanded] [level=3]: U2 two?
    - treeitem "A2, Assistant, second reply" [level=4]: A2 second reply ✓
"""
DIALOGUE = """
- region "Dialogue":
  - /children: deep-equal
  - group:
    - text: Cast
    - term: User
    - definition: p
    - term: Goal
    - definition: g
    - term: Knows
    - definition: k
    - term: Manner
    - definition: m
    - term: Assistant
    - definition: calm
  - region "Turn 1":
    - heading "Turn 1 of 2 question answer" [level=2]:
      - text: Turn 1 of 2
      - button "question answer"
    - article "U1, User, one?":
      - heading "User, select this message" [level=3]:
        - button "User, select this message": User
      - button "Star (s)": ☆
      - paragraph: one?
    - 'article "A1, Assistant, score 3.0, dissent, So it is: It was b nothing else"':
      - heading "Assistant, select this message" [level=3]:
        - button "Assistant, select this message": Assistant
      - button "Previous sibling"
      - text: 2/2
      - button "Next sibling"
      - button "Compare with a sibling"
      - button "The text as it is written (r)": raw
      - button "Star (s)": ☆
      - button "⚑ dissent"
      - text: "3.0"
      - paragraph:
        - strong: So
        - text: "it is:"
      - list:
        - listitem:
          - paragraph:
            - mark: It was b
        - listitem:
          - paragraph: nothing else
      - text: Stands on
      - button "Evidence 1, passage p1, exact": "1"
  - region "Turn 2":
    - heading "Turn 2 of 2 question answer" [level=2]:
      - text: Turn 2 of 2
      - button "question answer"
    - article "U2, User, two?":
      - heading "User, select this message" [level=3]:
        - button "User, select this message": User
      - button "Previous sibling"
      - text: 1/2
      - button "Next sibling"
      - button "Compare with a sibling"
      - button "Star (s)": ☆
      - paragraph: two?
    - article "A2, Assistant, second reply":
      - heading "Assistant, select this message" [level=3]:
        - button "Assistant, select this message": Assistant
      - button "Star (s)": ☆
      - paragraph: second reply
      - text: Stands on
      - button "Evidence 1, passage p1, exact": "1"
  - paragraph: "Ends after turn 2: no new matter (done)"
"""
DETAILS = """
- region "Details":
  - /children: deep-equal
  - tablist "About the message":
    - tab "Reviews" [selected]
    - tab "Evidence"
    - tab "Plan"
    - tab "Trace"
    - tab "JSON"
    - tab "Sample"
  - heading "A1 Assistant, kept" [level=2]
  - tabpanel "Reviews":
    - region "Reviews":
      - table "Scores of 1 to 5 by reviewer and criterion":
        - caption: Scores of 1 to 5 by reviewer and criterion
        - rowgroup:
          - row "Reviewer Accuracy Depth Mean Vote Rank":
            - columnheader "Reviewer"
            - columnheader "Accuracy"
            - columnheader "Depth"
            - columnheader "Mean"
            - columnheader "Vote"
            - columnheader "Rank"
        - rowgroup:
          - row "fact checker 5 4 4.5 + positive 1":
            - rowheader "fact checker"
            - cell "5"
            - cell "4"
            - cell "4.5"
            - cell "+ positive"
            - cell "1"
          - row "layperson 2 1 1.5 − negative 2":
            - rowheader "layperson"
            - cell "2"
            - cell "1"
            - cell "1.5"
            - cell "− negative"
            - cell "2"
        - rowgroup:
          - row "Panel 3.5 2.5 3.0":
            - rowheader "Panel"
            - cell "3.5"
            - cell "2.5"
            - cell "3.0"
            - cell
    - figure "Each dot is a reviewer's mean score":
      - 'img "Mean scores: fact checker 4.50, layperson 1.50"': 1 2 3 4 5
      - text: Each dot is a reviewer's mean score
    - heading "Chairman" [level=3]
    - term: Keeps
    - definition: this reply
    - term: Reason
    - definition: It answers.
    - term: Dissent
    - definition: 1.50 (standard deviation)
    - term: Next
    - definition: depth
    - heading "Drafts by consensus" [level=3]
    - table "Drafts by consensus":
      - rowgroup:
        - row "Draft Status Consensus":
          - columnheader "Draft"
          - columnheader "Status"
          - columnheader "Consensus"
      - rowgroup:
        - row "A1 ✓ kept 3.00":
          - rowheader "A1":
            - button "A1"
          - cell "✓ kept"
          - cell "3.00"
        - row "A1 ✗ rejected 2.00":
          - rowheader "A1":
            - button "A1"
          - cell "✗ rejected"
          - cell "2.00"
    - heading "Remarks" [level=3]
    - heading "− negative layperson m" [level=4]
    - list:
      - listitem: too short
    - paragraph: "Suggests: say why"
"""


def judged() -> ConversationTree:
    """A reply in Markdown that stands on its document and about which two reviewers disagree."""
    tree = make_tree()
    text = tree.document.text[:8]
    good = Review(reviewer="fact-checker", model="m", scores={"accuracy": 5, "depth": 4}, rank=1, vote="positive")
    bad = Review(
        reviewer="layperson",
        model="m",
        scores={"accuracy": 2, "depth": 1},
        rank=2,
        vote="negative",
        weaknesses=("too short",),
        suggestion="say why",
    )
    changes = {
        "text": f"**So** it is:\n\n- {text}\n- nothing else",
        "evidence": (Evidence(passage="p1", start=0, end=8, quote=text, match="exact"),),
        "reviews": (good, bad),
        "chair": Chair(kept="a1", mode="depth", scores={"a1": 3.0, "d1": 2.0}, dissent=1.5, reason="It answers."),
    }
    nodes = [node.model_copy(update=changes) if node.id == "a1" else node for node in tree.nodes]
    return tree.model_copy(update={"nodes": tuple(nodes)})


@pytest.mark.parametrize(
    ("pane", "expected"),
    [("#tree", OUTLINE), ("#dialogue", DIALOGUE), ("#details", DETAILS)],
    ids=["outline", "dialogue", "reviews"],
)
def test_a_screen_reader_has_the_page_so(show: Show, pane: str, expected: str) -> None:
    page = show(tree_page(judged()), "#n=a1")

    expect(page.locator(pane)).to_match_aria_snapshot(expected)
