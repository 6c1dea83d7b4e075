"""What share of the prompts of `cod_review` a prefix cache can serve: our order, and two others beside it.

    .venv/bin/python benchmarks/prefixes.py [DOCS] [--limit 20]

The dialogues are the baseline's, the prompts are those that a language model would get; no model is asked.
"""

import argparse
from pathlib import Path
from typing import Any

import r2s
from r2s.agents.prompts import SHIPPED
from r2s.documents import Document, read_documents
from r2s.models.extractive.model import ExtractiveModel
from r2s.models.prefixes import PrefixCache
from r2s.models.prompt import frame_document, show_transcript
from r2s.models.request import Answer, Reply, Request

SAMPLES = Path(__file__).resolve().parent.parent / "configs" / "samples"


class Recording:
    """The baseline, with every prompt counted as a cache would see it."""

    name = "extractive"

    def __init__(self) -> None:
        self.ours, self.document_first, self.naive = PrefixCache(), PrefixCache(), PrefixCache()
        self._model = ExtractiveModel()

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        messages = request.messages()
        self.ours.add(messages)
        self.document_first.add(_document_first(request))
        self.naive.add(_instructions_first(messages))
        return await self._model.answer(request)


def _document_first(request: Request[Any]) -> list[dict[str, str]]:
    """The same prompt with what the roles of a dialogue share at its head, and all that is the role's own behind it."""
    parts, rules = request.parts(), SHIPPED.text("rules", request.language)
    shared = [frame_document(parts.document)] if parts.document else []
    if request.sees_transcript:
        shared.append(show_transcript(parts.transcript, request.language))
    own = [parts.instructions.removeprefix(rules), parts.standing, parts.moment]
    return [{"role": "system", "content": rules}, {"role": "user", "content": "\n\n".join([*shared, *own])}]


def _instructions_first(messages: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The same prompt as most would write it: the moment with the instructions, then the document and transcript."""
    content = messages[1]["content"]
    end = content.index("</transcript>") + len("</transcript>")
    return [messages[0], {"role": "user", "content": content[end:] + content[:end]}]


def main() -> None:
    """Print one row a language."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("docs", nargs="*", type=Path, default=[SAMPLES])
    arguments.add_argument("--limit", type=int, default=20)
    given = arguments.parse_args()
    read = read_documents(given.docs, limit=given.limit)
    documents = [item for item in read if isinstance(item, Document)]
    print("| documents | ours | document first | instructions first |")
    print("|---|---|---|---|")
    for language in sorted({document.language for document in documents}):
        model = Recording()
        chosen = [document for document in documents if document.language == language]
        r2s.run(chosen, model=model, reviewers=3, candidates=2, turns=8)
        shares = (model.ours, model.document_first, model.naive)
        print(f"| {len(chosen)} {language} | {' | '.join(f'{cache.share:.1%}' for cache in shares)} |")


if __name__ == "__main__":
    main()
