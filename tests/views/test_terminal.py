"""The tree in the terminal: complete without colours, the same with them, and deaf to what a text would do to it."""

import io
import json
import re
import unicodedata

import pytest

from r2s.trees.node import Evidence
from r2s.trees.tree import ConversationTree
from r2s.usage import Usage
from r2s.views.console import harmless, harmless_json, open_console
from r2s.views.terminal import print_dialogue, print_tree
from tests.trees.forest import make_tree, node
from tests.views.trees import chinese, english, two_replies, unreviewed

STYLE = re.compile(r"\x1b\[[0-9;]*m")
HOSTILE = "\x1b[2J\x1b]0;owned\x07 \x9b31m \x1b]8;;http://evil\x1b\\ \u202egnp.exe \r\x08 [red]not markup[/red]"


def drawn(tree: ConversationTree, width: int = 90, *, colours: bool = False, ids: bool = False) -> str:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TERM", "xterm-256color")
        environment.delenv("NO_COLOR", raising=False)
        environment.setenv("FORCE_COLOR", "1" if colours else "")
        console = open_console(width=width)
    console.file = io.StringIO()
    print_tree(tree, console, ids=ids)
    return console.file.getvalue()


def test_a_reply_shows_what_it_cites_and_where_that_stands() -> None:
    tree = english()
    cited = next(node for node in tree.nodes if node.status == "kept" and node.evidence)
    evidence = cited.evidence[0]

    shown = drawn(tree)

    assert re.search(r"‹[^›]+›\[1\]", shown)
    assert f"[1] evidence {evidence.passage}, characters {evidence.start} to {evidence.end}, exact" in shown


def test_a_quote_that_the_reply_does_not_say_is_printed() -> None:
    tree = two_replies("a draft", "wholly other words")
    asked, draft, reply, *_ = tree.nodes
    quote = Evidence(passage="p1", start=0, end=13, quote=tree.document.text[:13], match="fuzzy")
    said = (asked, draft, reply.model_copy(update={"evidence": (quote,)}))

    shown = drawn(tree.model_copy(update={"nodes": said}))

    assert "fuzzy: It was built." in shown


def test_the_panel_is_a_table_by_reviewer_and_criterion_with_the_chairmans_reason() -> None:
    shown = drawn(english())

    (head, *_) = [line for line in shown.splitlines() if "usefulness" in line]
    assert re.search(r"relevance +accuracy +depth +creativity +spoken", head)
    assert re.search(r"fact-checker +\+ +\d +\d", shown)
    assert re.search(r"chairman keeps it at -?\d", shown)


def test_drafts_that_were_not_kept_say_so_in_words() -> None:
    shown = drawn(two_replies("a draft nobody wanted", "the reply"))

    assert re.search(r"assistant  rejected\b", shown)
    assert "a draft nobody wanted" in shown


def test_branches_are_counted_out_and_ids_come_on_request() -> None:
    tree = make_tree()

    shown, listed = drawn(tree), drawn(tree, ids=True)

    assert "branch 1 of 2" in shown
    assert "branch 2 of 2" in shown
    assert "second reply" in shown
    assert "third reply" in shown
    assert all(f"  {node.id}" in listed or f", {node.id}" in listed for node in tree.nodes)
    assert "d1" not in shown


def test_without_review_there_is_no_table_and_no_chairman() -> None:
    shown = drawn(unreviewed())

    assert "votes" not in shown
    assert "chairman" not in shown


def test_tokens_and_cost_are_told_where_they_were_counted_and_unknown_is_unknown() -> None:
    paid = make_tree()
    usage = Usage(prompt_tokens=1200, completion_tokens=80, cost_usd=None, replies=1)
    tree = paid.model_copy(update={"nodes": (node("u1", None, "user", "one?", usage=usage),)})

    assert "1,200 + 80 tokens, cost unknown" in drawn(tree)
    assert "tokens" not in drawn(english())


def test_plain_text_has_no_escapes_and_colours_change_no_word() -> None:
    plain, coloured = drawn(english()), drawn(english(), colours=True)

    assert "\x1b" not in plain
    assert STYLE.search(coloured)
    assert STYLE.sub("", coloured) == plain


def test_no_color_means_no_style_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")

    console = open_console(width=80)

    assert console.color_system is None


def test_chinese_lines_fit_the_width() -> None:
    for width in (40, 61, 80):
        shown = drawn(chinese(), width)

        assert max(map(_columns, shown.splitlines())) <= width
        assert "灯塔" in shown


def _columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def test_hostile_signs_in_replies_and_documents_never_reach_the_terminal() -> None:
    tree = two_replies(HOSTILE, HOSTILE)
    asked, draft, reply = tree.nodes
    document = tree.document.model_copy(update={"title": f"title {HOSTILE}", "id": f"id {HOSTILE}"})
    evidence = Evidence(passage="p1", start=0, end=3, quote=HOSTILE, match="fuzzy")
    reviews = tuple(review.model_copy(update={"weaknesses": (HOSTILE,)}) for review in reply.reviews)
    worst = reply.model_copy(update={"evidence": (evidence,), "reviews": reviews, "reason": HOSTILE})

    shown = drawn(tree.model_copy(update={"document": document, "nodes": (asked, draft, worst)}), colours=True)

    assert not re.search("[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert "\x1b" not in STYLE.sub("", shown)
    assert "␛[2J" in shown
    assert "[red]not markup[/red]" in shown


def test_a_dialogue_is_as_harmless() -> None:
    console = open_console(width=200)
    console.file = io.StringIO()

    print_dialogue(two_replies("x", HOSTILE), console)

    assert "\x1b" not in console.file.getvalue()


def test_harmless_text_keeps_its_length_and_harmless_json_its_meaning() -> None:
    assert len(harmless(HOSTILE)) == len(HOSTILE)
    assert harmless("a\tb\n灯塔🗼 שלום") == "a\tb\n灯塔🗼 שלום"
    raw = json.dumps({"text": "\x1b \x9b \x7f 灯"}, ensure_ascii=False)
    assert json.loads(harmless_json(raw)) == json.loads(raw)
    assert "\x9b" not in harmless_json(raw)
