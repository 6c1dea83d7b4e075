"""What strangers wrote stays text: in messages, reviews, documents, names, addresses and data of the wrong shape."""

import dataclasses
import json
from typing import Any

import pytest
from playwright.sync_api import expect

from r2s.trees.node import Chair, Review
from r2s.trees.tree import ConversationTree
from r2s.views.inlining import data_element, fill_page
from r2s.views.tree_page import LOOK, Place, page_data, tree_page
from tests.trees.forest import make_tree
from tests.views.conftest import Show

pytestmark = pytest.mark.xdist_group("browser")

ATTACKS = (
    "<script>window.hit = 1</script>",
    "<img src=x onerror='window.hit = 1'>",
    "</script><script>window.hit = 1</script>",
    '"><svg onload=window.hit=1>',
    "<!--<script>",
    "]]>\u2028window.hit = 1\u2029",
    "<a href='javascript:window.hit=1'>press me</a>",
    "{{script}} {{data}} ${window.hit = 1} </style><style>*{display:none}</style>",
    "<iframe src='https://example.org'></iframe><link rel=stylesheet href='https://example.org/a.css'>",
    "nothing\0between",
)
ATTACK = " ".join(ATTACKS)


def hostile() -> ConversationTree:
    """A tree in which every text is an attack."""
    tree = make_tree()
    review = Review(reviewer=ATTACK, model=ATTACK, scores={"depth": 3}, weaknesses=(ATTACK,), suggestion=ATTACK)
    failed = Review(reviewer="r2", model=ATTACK, error=ATTACK)
    chair = Chair(kept="a1", mode="depth", scores={"a1": 3.0, "d1": 2.0}, dissent=0.5, reason=ATTACK, advice=ATTACK)
    changes: dict[str, Any] = {"text": ATTACK, "thought": ATTACK, "reason": ATTACK, "flaws": (ATTACK,), "agent": ATTACK}
    nodes = [node.model_copy(update=changes) for node in tree.nodes]
    nodes[2] = nodes[2].model_copy(update={"reviews": (review, failed), "chair": chair})
    for index in (0, 3, 5):
        plan = tree.nodes[index].plan
        assert plan is not None
        nodes[index] = nodes[index].model_copy(
            update={"plan": plan.model_copy(update={"purpose": ATTACK, "process": ATTACK})}
        )
    document = tree.document.model_copy(
        update={"title": ATTACK, "id": ATTACK, "source": ATTACK, "licence": ATTACK, "lang": '"><script>'}
    )
    stop = tree.stop.model_copy(update={"rule": ATTACK, "reason": ATTACK})
    return tree.model_copy(
        update={"nodes": tuple(nodes), "document": document, "stop": stop, "method": ATTACK, "id": ATTACK}
    )


def test_attacks_stay_text_in_every_pane(show: Show) -> None:
    page = show(tree_page(hostile(), place=Place(1, "index.html")), "#n=a1")

    assert page.locator("article.is-selected div.prose").text_content() == ATTACK
    page.keyboard.press("*")
    for key in ("1", "2", "3", "4", "5", "6", "m", "d", "Escape", "f"):
        page.keyboard.press(key)
        assert page.evaluate("window.hit") is None
        assert (
            page.locator("img, iframe, link[rel=stylesheet], body script:not([type]):not(:last-of-type)").count() == 0
        )
    assert page.locator("a[href^='javascript']").count() == 0
    expect(page.locator("#filter-panel")).to_be_visible()


@pytest.mark.parametrize("key", ["q", "f", "n", "tab", "cmp", "e", "view", "nonsense"])
def test_an_address_may_say_anything(show: Show, key: str) -> None:
    page = show(tree_page(make_tree()), f"#{key}=<img src=x onerror=window.hit=1>,score<x,role:%E0%A4")

    expect(page.locator("[role=tab][aria-selected=true]")).to_have_text("Reviews")
    assert page.evaluate("window.hit") is None


def test_a_message_of_a_megabyte_is_folded_and_can_be_unfolded(show: Show) -> None:
    tree = make_tree()
    long = tree.nodes[4].model_copy(update={"text": "word " * 200_000 + "end"})
    nodes = tuple(long if node.id == "a2" else node for node in tree.nodes)
    page = show(tree_page(tree.model_copy(update={"nodes": nodes})), "#n=a2")

    assert len(page.locator("article.is-selected div.prose").text_content() or "") < 10_000
    page.get_by_role("button", name="Show all (1,000,003 characters)").click()

    assert page.locator("article.is-selected div.prose").text_content() == long.text


def test_a_document_of_a_megabyte_in_one_line_is_shown(show: Show) -> None:
    tree = make_tree()
    document = tree.document.model_copy(update={"text": tree.document.text + "x" * 1_000_000})

    page = show(tree_page(tree.model_copy(update={"document": document})), "#tab=evidence")

    assert page.locator(".source-block").first.text_content() == document.text


def page_of(data: dict[str, Any]) -> str:
    return fill_page(LOOK, title="t", lang="en", data=data_element(data))


def test_lists_and_figures_that_are_null_do_no_harm(show: Show) -> None:
    data = json.loads(json.dumps(page_data(make_tree(), {}, None)))
    for node in data["tree"]["nodes"]:
        node["reviews"] = None
        node["usage"]["cost_usd"] = None
        if node["plan"]:
            node["plan"].update(key_phrases=None, target=None)
    data["tree"]["nodes"][2]["reviews"] = [
        {
            "reviewer": "r",
            "model": "m",
            "scores": None,
            "rank": None,
            "vote": None,
            "weaknesses": None,
            "suggestion": None,
            "error": None,
        }
    ]
    data["tree"]["totals"]["cost_usd"] = None

    page = show(page_of(data), "#n=a1")

    for key in ("1", "2", "3", "4", "5", "6", "d", "m"):
        page.keyboard.press(key)
    expect(page.locator(".figures")).to_contain_text("cost unknown")


def test_a_tree_of_another_version_is_refused_in_words(show: Show) -> None:
    data = page_data(make_tree(), {}, None)
    data["tree"]["schema"] = "r2s.tree/2"

    page = show(page_of(data).replace('<html lang="en">', '<html lang="en" data-ready="yes">'))

    expect(page.get_by_role("alert")).to_contain_text("reads r2s.tree/1, and its tree is r2s.tree/2")


def test_a_deep_tree_is_no_trouble(show: Show) -> None:
    tree = make_tree()
    nodes = [tree.nodes[0]]
    for depth in range(1, 3000):
        role, other = ("assistant", "user") if depth % 2 else ("user", "assistant")
        assert other
        update = {
            "id": f"n{depth}",
            "parent": nodes[-1].id,
            "role": role,
            "agent": role,
            "turn": depth // 2 + 1,
            "plan": None,
        }
        nodes.append(nodes[0].model_copy(update=update))

    page = show(tree_page(tree.model_copy(update={"nodes": tuple(nodes)})), "#n=n2999&view=map")

    expect(page.locator("#status")).to_contain_text("depth 3000")


def test_the_place_of_a_page_is_plain_data() -> None:
    assert dataclasses.asdict(Place(3, "../index.html")) == {
        "number": 3,
        "index": "../index.html",
        "before": None,
        "after": None,
    }
