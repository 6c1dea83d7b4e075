"""Web pages: what a reader came for, with its headings, without menus, side bars and foot lines."""

import re
from collections.abc import Iterator

from lxml import etree, html  # pyright: ignore[reportAttributeAccessIssue]

from r2s.documents.blocks import Block, assemble
from r2s.documents.encodings import UTF8, decode
from r2s.documents.lines import unwrap
from r2s.documents.names import readable_name
from r2s.documents.normal import normalise
from r2s.documents.opening import SourceFile
from r2s.documents.raw import RawDocument

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LINES = {"li", "dt", "dd", "figcaption", "caption", "option"}
_BLOCKS = {"p", "div", "section", "article", "main", "body", "blockquote", "pre", "address", "center", "details"}
_BLOCKS |= {"ul", "ol", "dl", "table", "tbody", "thead", "tfoot", "figure", "header", "hgroup", "form", "fieldset"}
_UNREAD = {"script", "style", "noscript", "template", "svg", "math", "iframe", "object", "canvas", "video", "audio"}
_UNREAD |= {"button", "select", "input", "textarea", "nav", "footer", "aside", "head", "map", "rp", "rt"}
_MARGINAL = re.compile(
    r"\b(?:nav(?:bar|igation)?|menu|breadcrumbs?|side-?bar|footer|cookies?|share|social|advert(?:isement)?|ads?|comments?|"
    r"related|pagination|toc|navbox|reference|reflist|mw-editsection|noprint|skip-link|login|popup|modal)\b",
    re.IGNORECASE,
)
# Styles under which nobody sees a text: what is hidden from readers is no part of what they came for.
_HIDDEN = re.compile(r"display:none|visibility:hidden|(?:font-size|opacity):0*(?:\.0*)?(?:px|pt|em|rem|%)?(?:;|!|$)")
_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog", "alert"}
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w.-]+)", re.I
)
_SPACES = re.compile(r"\s+")
# A list whose words are mostly links leads elsewhere.
_LINKED = 0.7
# A main part with less than this of the page's text is not what the page is about.
_MAIN_SHARE = 0.3


def read_html(file: SourceFile) -> RawDocument:
    """A page as a document, its main part where it marks one."""
    content = file.read()
    file.check_markup(len(content))
    declared = _CHARSET.search(content[:4096])
    name = next(filter(None, declared.groups()), b"").decode("ascii") if declared else None
    text, encoding = decode(content, file.place, file.options.encoding, name)
    if not encoding.startswith(UTF8):
        file.note(f"read as {encoding}")
    page = parse(text)
    title = _title(page)
    document = assemble(blocks_of(_main(page)), id=file.place, title=title, source=file.name)
    if not document.text:
        raise file.fail("the page holds no text of its own; a page that a script fills must be saved by a browser")
    return document if document.title else _named(document, file)


def parse(text: str) -> html.HtmlElement:
    """The tree of a page; what is broken is mended as a browser would."""
    # lxml refuses a text that names its encoding, and cannot hold NUL.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\x00", "")
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    return html.document_fromstring(f"{text}<p></p>", parser=parser, ensure_head_body=True)


def blocks_of(root: etree._Element) -> Iterator[Block]:
    """The headings, paragraphs, lines and table rows of an element, in order."""
    walker = _Walker()
    walker.visit(root)
    walker.flush(0)
    yield from walker.blocks


class _Walker:
    """Gathers running text until a block begins or ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._held: list[str] = []
        self._is_line = False
        self._is_pre = False

    def visit(self, element: etree._Element) -> None:
        whole = _length(element.getroottree().getroot())
        # A stack and not recursion: pages nest deeper than Python does.
        stack: list[tuple[etree._Element, bool]] = [(element, False)]
        while stack:
            node, is_left = stack.pop()
            tag = node.tag if isinstance(node.tag, str) else ""
            if not is_left and tag and not _is_left_out(node, tag, whole):
                self._enter(tag, node)
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(node))
                continue
            if is_left:
                self._leave(node, tag)
            # What follows the element itself is no part of it.
            if node is not element:
                self._add(node.tail)

    def _enter(self, tag: str, node: etree._Element) -> None:
        if tag in _HEADINGS or tag in _LINES or tag in _BLOCKS or tag == "tr":
            self.flush(0)
        if tag in ("td", "th") and any(piece.strip() for piece in self._held):
            self._add(", ")
        if tag == "br":
            self._add("\n" if self._is_pre else " ")
        self._is_pre = self._is_pre or tag == "pre"
        self._is_line = self._is_line or tag in _LINES or tag == "tr"
        self._add(node.text)

    def _leave(self, node: etree._Element, tag: str) -> None:
        if tag in _HEADINGS:
            self.flush(_HEADINGS[tag])
        elif tag in _LINES or tag in _BLOCKS or tag == "tr":
            self.flush(0)
        if tag in _LINES or tag == "tr":
            self._is_line = False
        if tag == "pre":
            self._is_pre = False

    def _add(self, text: str | None) -> None:
        if text:
            self._held.append(text)

    def flush(self, level: int) -> None:
        held = "".join(self._held)
        self._held.clear()
        # A page sets code and verse in lines of their own, but also whole letters, whose sentences run on.
        text = unwrap(normalise(held)) if self._is_pre else _SPACES.sub(" ", held).strip().strip(",").strip()
        if text:
            self.blocks.append(Block(text, level, is_line=self._is_line and not self._is_pre and not level))


def _is_left_out(node: etree._Element, tag: str, whole: int) -> bool:
    """Whether a part is no text of the page, which has `whole` characters in all."""
    if tag in _UNREAD or node.get("hidden") is not None or node.get("aria-hidden") == "true":
        return True
    if node.get("role") in _ROLES or _HIDDEN.search(_SPACES.sub("", (node.get("style") or "").lower())):
        return True
    if tag in ("html", "body", "main", "article"):
        return False
    names = f"{node.get('class') or ''} {node.get('id') or ''}"
    # A part with a marginal name may hold more than half of the page all the same.
    is_marginal = bool(_MARGINAL.search(names)) and 2 * _length(node) <= whole
    return is_marginal or _leads_elsewhere(node, tag)


def _leads_elsewhere(node: etree._Element, tag: str) -> bool:
    if tag not in ("ul", "ol", "table", "div"):
        return False
    links = list(node.iter("a"))
    return len(links) > 2 and sum(map(_length, links)) > _LINKED * _length(node)


def _length(node: etree._Element) -> int:
    return sum(len(text.strip()) for text in node.itertext() if isinstance(text, str))


def _main(page: html.HtmlElement) -> etree._Element:
    body = page.find("body")
    body = page if body is None else body
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = body.findall(path)
        if len(found) == 1 and _length(found[0]) > _MAIN_SHARE * _length(body):
            return found[0]
    return body


def _title(page: html.HtmlElement) -> str | None:
    """The page's only first heading, else its title without the name of the site."""
    headings = [text for node in page.iter("h1") if (text := _SPACES.sub(" ", "".join(node.itertext())).strip())]
    if len(headings) == 1:
        return headings[0]
    node = page.find(".//title")
    title = _SPACES.sub(" ", "".join(node.itertext())).strip() if node is not None else ""
    return re.split(r"\s+[|–—_·-]\s+", title)[0] or None


def _named(document: RawDocument, file: SourceFile) -> RawDocument:
    from dataclasses import replace

    return replace(document, title=readable_name(file.path.stem))
