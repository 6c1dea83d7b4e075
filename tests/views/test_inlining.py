"""Pages of one file: nothing in their data ends a script, and only R2S's own script may run."""

import base64
import gzip
import hashlib
import json
import re
from importlib import resources

import pytest

from r2s.views import index_page, tree_page
from r2s.views.inlining import Look, data_element, fill_page, source, to_json
from tests.trees.forest import make_tree

SOURCES = sorted({*tree_page.SERVED.scripts, *index_page.SERVED.scripts})
# The only one that asks for anything; pages that are files do without it.
ASKS = "asking.js"
D3 = "971f374ce9fdbec711eb2358003e2bb755bff22ec6852dc5ebd59f987270db64"


@pytest.mark.parametrize("text", ["</script>", "<!--", "&amp;", "\u2028\u2029", "\0", 'a\\b"c', "🗼 灯塔"])
def test_data_come_back_as_they_were_and_hold_no_sign_of_html(text: str) -> None:
    written = to_json({"text": text})

    assert json.loads(written) == {"text": text}
    assert not re.search("[<>&\u2028\u2029\0]", written)


def test_long_data_are_packed_into_the_same_bytes_each_time() -> None:
    value = {"text": "灯塔 " * 500_000}

    element = data_element(value)

    assert element == data_element(value)
    assert len(element) < 100_000
    packed = re.sub("<[^>]*>", "", element)
    assert json.loads(gzip.decompress(base64.b64decode(packed))) == value


def test_the_policy_names_the_script_and_the_style_that_are_there() -> None:
    page = tree_page.tree_page(make_tree())
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)

    for kind, element in (("script-src", "script"), ("style-src", "style")):
        (body,) = re.findall(f"<{element}>(.*?)</{element}>", page, re.DOTALL)
        assert f"{kind} 'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    page = fill_page(
        Look("tree.html", ("print.css",), ("elements.js",)), title="{{script}}", lang="en", data="{{style}}"
    )

    assert "<title>{{script}}</title>" in page
    assert "{{style}}" in page


def test_no_script_writes_html_or_evaluates_text_or_asks_for_anything() -> None:
    for name in SOURCES:
        if not name.startswith("vendor/"):
            banned = re.findall(
                r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|fetch\(|XMLHttp|WebSocket|import\(",
                source(name),
            )
            assert banned == (["fetch("] if name == ASKS else []), f"{name}: {banned}"
    assert ASKS not in (*tree_page.LOOK.scripts, *index_page.LOOK.scripts)


def test_the_sources_say_what_they_are_for_and_are_checked_as_types() -> None:
    for name in SOURCES:
        if not name.startswith("vendor/"):
            first, second, *_ = source(name).splitlines()
            assert first == "// @ts-check"
            assert second.startswith("// ")


def test_d3_hierarchy_is_the_one_that_was_published_with_its_licence_beside_it() -> None:
    folder = resources.files("r2s.views.vendor")

    assert hashlib.sha256(folder.joinpath("d3-hierarchy-3.1.3.min.js").read_bytes()).hexdigest() == D3
    assert "Permission to use, copy, modify" in folder.joinpath("d3-hierarchy-3.1.3.LICENSE").read_text()
