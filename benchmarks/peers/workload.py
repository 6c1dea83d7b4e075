"""Workload W: what every peer sends, as one rule that loops and templates share. Standard library only.

A document gives a dialogue: at each call the user or the assistant speaks in turn, having read the document and all
that was said. The server's replies are known beforehand, so it can tell whether each call held what it should.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

CALLS_A_TURN = 2
LONGEST = 800
SPEAKERS = ("User", "Assistant")
Document = dict[str, str]


def prompt(text: str, said: Sequence[str]) -> str:
    """The one user message of a call, from the document's text and what was said so far."""
    lines = [f"{SPEAKERS[at % 2]}: {line}" for at, line in enumerate(said)]
    speaker = SPEAKERS[len(said) % 2].lower()
    head = ["Continue a dialogue about this document.", "", text, "", "The dialogue so far:"]
    return "\n".join([*head, *lines, "", f"Write what the {speaker} says next, and nothing else."])


def template(step: int) -> str:
    """The same prompt as a Jinja template over the columns `text`, `said_0`, `said_1`..."""
    return prompt("{{ text }}", [f"{{{{ {column(at)} }}}}" for at in range(step)])


def column(step: int) -> str:
    """The name that peers with columns give to what is said at a step, counted from 0."""
    return f"said_{step}"


def reply(document: Document, step: int) -> str:
    """What the server answers: about a hundred characters that no other call is answered with."""
    at = (step * 53) % (LONGEST // 2)
    return f"{document['id']}.{step}: in {document['title']} I read that {document['text'][at : at + 70].strip()}."


def replies(document: Document, calls: int) -> list[str]:
    """The whole dialogue on a document, line by line."""
    return [reply(document, step) for step in range(calls)]


def read_documents(path: Path) -> list[Document]:
    """The documents of a JSONL file: `id`, `title`, `text`."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def arguments() -> argparse.ArgumentParser:
    """What the command line of every client takes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True, help="the server's address, with /v1")
    parser.add_argument("--documents", required=True, type=Path, help="JSONL")
    parser.add_argument("--calls", required=True, type=int, help="a document, one after another")
    parser.add_argument("--in-flight", required=True, type=int, help="calls at once")
    parser.add_argument("--tuned", action="store_true", help="with the settings that the documentation offers")
    return parser


def finish(documents: Sequence[Document], dialogues: Sequence[Sequence[Any]], calls: int) -> None:
    """Print, as the last line, how many dialogues the client holds in its hands as they should be."""
    whole = [
        list(dialogue) == replies(document, calls) for document, dialogue in zip(documents, dialogues, strict=True)
    ]
    print(f"\n{sum(whole)}")
