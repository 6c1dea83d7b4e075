"""Questions to people, as a terminal shows them; how a question's text is made of plain words and framed material."""

import re
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from r2s.models.desk.question import Question

_FRAME = re.compile(r"<(?P<tag>\w+)(?: label=\"(?P<label>[^\"]+)\")?>\n(?P<text>.*?)\n</(?P=tag)>", re.DOTALL)
SPEAKERS = {"user": "cyan", "assistant": "green"}


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The pieces of a prompt in order: plain words under no title, framed material under its frame's."""
    end = 0
    for frame in _FRAME.finditer(text):
        yield "", text[end : frame.start()].strip()
        yield f"{frame['tag'].replace('_', ' ')} {frame['label'] or ''}".strip(), frame["text"]
        end = frame.end()
    yield "", text[end:].strip()


def heading(question: Question) -> str:
    """Who is asked in which dialogue, in one line."""
    speaker = question.speaker if question.speaker == question.role else f"{question.role} {question.speaker}"
    place = f"in place of {question.model}, " if question.model else ""
    return f"{speaker}, {place}turn {question.turn}, {question.title or question.document}"


def print_question(question: Question, console: Console, seen: set[str]) -> None:
    """Print a question; what was `seen` in one before, a role's instructions or a document, is not printed again."""
    console.print(Rule(Text(heading(question), style="bold")))
    for text, title in ((question.instructions, "what the role is told"), (question.material, "the document")):
        if text and text not in seen:
            console.print(Panel(Text(text), title=title, border_style="dim", title_align="left"))
            seen.add(text)
    if question.standing:
        console.print(Text(question.standing))
    for said in question.transcript:
        style = SPEAKERS.get(said.speaker, "magenta")
        console.print(Text.assemble((f"{said.speaker.capitalize()}: ", f"bold {style}"), said.text))
    for title, text in pieces(question.moment):
        if text:
            console.print(Panel(Text(text), title=escape(title), title_align="left") if title else Text(text))
    console.print("[dim]You need not write JSON: what is wanted is asked for part by part.[/dim]")


def print_open(questions: Sequence[Question], console: Console) -> None:
    """List what is open, a line each."""
    for question in questions:
        console.print(f"{question.key[:12]}  {question.to}  {heading(question)}", markup=False, soft_wrap=True)
