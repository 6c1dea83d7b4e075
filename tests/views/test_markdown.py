"""Markdown in messages: drawn as it is meant, with every sign of the text still in its place."""

import random
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from r2s.trees.node import Evidence
from r2s.trees.tree import ConversationTree
from r2s.views.said import said_spans
from r2s.views.tree_page import tree_page
from tests.trees.forest import make_tree, node
from tests.views.conftest import Show
from tests.views.test_hostile_page import ATTACKS
from tests.views.test_tree_page import MARKED

pytestmark = pytest.mark.xdist_group("browser")

SAID = """A first line of **granite** 🗼 and *soft* stone 🪨.

### Why it *stands*
1. The stone came by `boat`,
   in two winters:
   - the *north* face,
   - the __lamp room__.
2. It was **laid *by hand* 🌊**.

| Stone | Year |
|:------|-----:|
| sand \\| lime | *1838* |
| granite |

```python
def lamp(oil):
    return oil * 2  # **no** emphasis
```
The end."""
CHINESE = "原因有**两条🌊**：\n\n- 软石*两次*被冲走；\n- 塔身`48米`。\n\n| 年份 | 油 |\n|---|---|\n| 1844 | **鲸油** |"
PIECES = (
    "**",
    "*",
    "_",
    "`",
    "```\n",
    "\n",
    "\n\n",
    "- ",
    "1. ",
    "# ",
    "|",
    "|---|---|\n",
    " ",
    "  ",
    "\\",
    "~~~",
    "\t",
    "a",
    "灯塔",
    "🗼",
    "2*3",
    "<b>",
    "\r\n",
    "e\u0301",
)


def saying(*texts: str, **changes: Any) -> ConversationTree:
    """A dialogue in which the assistant says these."""
    tree = make_tree()
    nodes = [tree.nodes[0]]
    for number, text in enumerate(texts):
        nodes.append(node(f"r{number}", nodes[-1].id, "assistant", text, turn=number + 1, **changes))
        nodes.append(node(f"q{number}", nodes[-1].id, "user", "And then?", turn=number + 2))
    return tree.model_copy(update={"nodes": tuple(nodes)})


def html_of(page: Page, selector: str) -> str:
    """What is drawn, less what is out of sight."""
    return page.locator(f"article[data-id=r0] .prose {selector}".strip()).first.evaluate(
        "(one) => { const it = one.cloneNode(true); it.querySelectorAll('.sign').forEach((sign) => sign.remove());"
        " return it.innerHTML; }"
    )


def test_what_markdown_means_is_drawn(show: Show) -> None:
    page = show(tree_page(saying(SAID)))

    prose = page.locator("article[data-id=r0] .prose")

    assert html_of(page, "> p") == "A first line of <strong>granite</strong> 🗼 and <em>soft</em> stone 🪨."
    assert html_of(page, "> .heading") == "Why it <em>stands</em>"
    assert prose.locator("> ol > li").count() == 2
    assert prose.locator("> ol > li > ul > li").all_inner_texts() == ["the north face,", "the lamp room."]
    assert html_of(page, "> ol > li:last-child") == "<p>It was <strong>laid <em>by hand</em> 🌊</strong>.</p>"
    assert prose.locator("th").all_inner_texts() == ["Stone", "Year"]
    assert prose.locator("td").all_inner_texts() == ["sand \\| lime", "1838", "granite"]
    assert prose.locator("pre").inner_text() == "def lamp(oil):\n    return oil * 2  # **no** emphasis"
    assert html_of(page, "> p:last-of-type") == "The end."


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("2*3*4 = 24 and 2 * 3 * 4", "2*3*4 = 24 and 2 * 3 * 4"),
        ("snake_case_name and **so", "snake_case_name and **so"),
        ("`a ** b` and ``c ` d``", "<code>a ** b</code> and <code>c ` d</code>"),
        (r"\*not so\*", "*not so*"),
        ("***both***, **a *b** c*", "<strong><em>both</em></strong>, <strong>a *b</strong> c*"),
        ("这是**重点**内容", "这是<strong>重点</strong>内容"),
        ("In\n1984. It was\n---\nso", "In\n1984. It was\n---\nso"),
        ("[a](http://example.org) ![b](x.png) <b>c</b>", "[a](http://example.org) ![b](x.png) &lt;b&gt;c&lt;/b&gt;"),
        (r"\(a_1 + b_2\) and \frac{1}{2}", r"\(a_1 + b_2\) and \frac{1}{2}"),
    ],
)
def test_what_is_no_markdown_of_this_kind_stays_as_it_is(show: Show, text: str, drawn: str) -> None:
    page = show(tree_page(saying(text)))

    assert html_of(page, "> p") == drawn
    assert page.locator("article[data-id=r0] :is(a, img, b)").count() == 0


def test_no_sign_is_lost_or_moved_whatever_a_text_is_made_of(show: Show) -> None:
    dice = random.Random(7)
    texts = [SAID, CHINESE, SAID.replace("\n", "\r\n"), *ATTACKS, "".join(ATTACKS)]
    texts += ["".join(dice.choices(PIECES, k=dice.randint(1, 60))) for _ in range(300)]
    texts = [text for text in texts if text.strip()]

    page = show(tree_page(saying(*texts)))

    said = page.locator("article.is-assistant .prose").evaluate_all("all => all.map((one) => one.textContent)")
    assert said == texts
    assert page.evaluate("window.hit") is None


@pytest.mark.parametrize(
    "quote", ["granite** 🗼 and *soft", "hand* 🌊**.\n\n| Stone", "lime | *1838", "oil * 2", "🪨.\n\n### Why"]
)
def test_marks_are_the_slices_that_python_means_also_across_markdown(show: Show, quote: str) -> None:
    tree = saying(SAID)
    text = f"Before 🌊 {quote} after."
    at = text.index(quote)
    place = Evidence(passage="p1", start=at, end=at + len(quote), quote=quote, match="exact")
    passage = tree.document.passages[0].model_copy(update={"start": 0, "end": len(text)})
    document = tree.document.model_copy(update={"text": text, "passages": (passage,)})
    nodes = [one.model_copy(update={"evidence": (place,)}) if one.id == "r0" else one for one in tree.nodes]
    tree = tree.model_copy(update={"document": document, "nodes": tuple(nodes)})

    page = show(tree_page(tree), "#n=r0&tab=evidence")

    reply = tree.node("r0")
    said = "".join(reply.text[one.start : one.end] for one in said_spans(reply, "en"))
    assert said
    assert page.evaluate(MARKED, "article.is-selected") == {"1": said}
    assert page.evaluate(MARKED, ".source") == {"1": quote}
    page.keyboard.press("r")
    assert page.evaluate(MARKED, "article.is-selected") == {"1": said}


def test_the_text_is_shown_as_it_is_written_where_that_is_wanted_and_the_page_remembers(show: Show) -> None:
    page = show(tree_page(saying(SAID, "Nothing of the kind.")), "#n=r0")
    expect(page.get_by_role("button", name="The text as it is written")).to_have_count(1)

    page.keyboard.press("r")

    prose = page.locator("article[data-id=r0] .prose")
    assert prose.inner_text() == SAID
    assert prose.locator("strong, table").count() == 0
    page.reload()
    assert prose.inner_text() == SAID
    page.get_by_role("button", name="The text as it is written").click()
    expect(prose.locator("strong").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_nothing_to_complain_of(show: Show, theme: Any, width: int) -> None:
    page = show(tree_page(saying(SAID, CHINESE)), "#n=r0", width=width, color_scheme=theme)

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert page.locator("#dialogue").evaluate("one => one.scrollWidth <= one.clientWidth")


def test_samples_show_what_is_written(show: Show) -> None:
    page = show(tree_page(saying(CHINESE)), "#n=r0&tab=sample")

    assert page.locator(".sample-text").nth(1).inner_text() == CHINESE


def test_rows_say_what_is_meant_without_the_signs(show: Show) -> None:
    page = show(tree_page(saying("## So\n- **one**\n- `two`")))

    assert page.locator(".row[data-id=r0] .said").inner_text() == "So one two"


def test_long_texts_full_of_signs_take_no_long_time(show: Show) -> None:
    texts = [
        "*a " * 30_000,
        "`" * 3 + "`a`" * 30_000,
        "- " * 40_000,
        "|a" * 20_000 + "\n" + "|-" * 20_000,
        "\n" * 90_000,
    ]
    page = show(tree_page(saying(*[f"{text}x" for text in texts])), "#n=r0")

    for _ in texts:
        took = page.get_by_role("button", name="Show all").first.evaluate(
            "(one) => { const begun = performance.now(); one.click(); return performance.now() - begun; }"
        )
        assert took < 3_000

    assert page.locator("article.is-assistant .prose").all_text_contents() == [f"{text}x" for text in texts]
