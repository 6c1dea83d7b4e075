"""Every parser of something untrusted as a function of bytes: it returns, or raises an error that R2S knows.

What a parser gives back is held to what it promises.
"""

import functools
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from r2s.agents.answerer import PlainAnswer
from r2s.agents.candidate import DraftAnswer
from r2s.agents.gllm import FullReply
from r2s.agents.judge import Judgement
from r2s.agents.planner import PlanAnswer
from r2s.agents.response_critic import BetterAnswer
from r2s.agents.reviewer import ReviewAnswer
from r2s.agents.whole_dialogue import CodDialogue
from r2s.config import load_config
from r2s.documents import Document, ReadOptions, read_documents
from r2s.documents.formats.hugging_face import address_of
from r2s.documents.pairs import read_pairs
from r2s.errors import R2SError
from r2s.models.batch.files import read_requests
from r2s.models.failures import failure_of
from r2s.models.journal.tools import import_replies
from r2s.models.openai_caller import _completion, chat_model
from r2s.models.parsing import parse_answer
from r2s.policies.population import read_population
from r2s.runs.casts import GivenCasts
from r2s.runs.fork_request import read_plan
from r2s.trees.oasst import read_oasst
from r2s.trees.tree import read_tree

Target = Callable[[bytes], None]

ANSWERS = (PlanAnswer, DraftAnswer, ReviewAnswer, CodDialogue, FullReply, BetterAnswer, PlainAnswer, Judgement)
# A small limit, so that what grows without end is found before the memory is full.
OPTIONS = ReadOptions(max_megabytes=5, max_characters=200_000)


@functools.cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="r2s-fuzz-"))


def _file(data: bytes, name: str) -> Path:
    path = _folder() / name
    path.write_bytes(data)
    return path


def _documents(suffix: str, data: bytes) -> None:
    """Documents, and pairs and dialogues, of a file; what cannot be read is a failure that is given, not raised."""
    for item in read_documents([_file(data, f"input{suffix}")], options=OPTIONS, pairs_too=True):
        if isinstance(item, Document):
            ends = [0, *(passage.end for passage in item.passages)]
            assert all(0 <= passage.start < passage.end <= len(item.text) for passage in item.passages)
            assert ends == sorted(ends)


def _pairs(data: bytes) -> None:
    for name in ("pairs.jsonl", "pairs.json"):
        list(read_pairs([_file(data, name)], options=OPTIONS))


def _replies(data: bytes) -> None:
    """What a model said, read as the answers of several roles."""
    text = data.decode("utf-8", "replace")
    for answer in ANSWERS:
        for is_cut in (False, True):
            try:
                parse_answer(text, answer, is_cut=is_cut)
            except R2SError:
                continue


def _completions(data: bytes) -> None:
    """The body of a response, as a completion and as an error."""
    chat = chat_model("fuzzed", base_url="http://127.0.0.1:1/v1", key="none", timeout=1.0)
    failure_of(500, {"Retry-After": data[:40].decode("latin-1")}, data)
    sent = chat.checked(chat.endpoint._completion(200, data))
    with chat.reading():
        completion = _completion(sent)
    assert isinstance(completion.content, str)
    assert completion.prompt_tokens is None or completion.prompt_tokens >= 0


def _trees(data: bytes) -> None:
    tree = read_tree(data, "fuzzed")
    assert read_tree(tree.to_json(), "again") == tree


def _oasst(data: bytes) -> None:
    read_oasst(data, "fuzzed")


def _configuration(data: bytes) -> None:
    load_config(_file(data, "settings.yaml"))


def _overrides(data: bytes) -> None:
    load_config(overrides=[data.decode("utf-8", "replace")])


def _population(data: bytes) -> None:
    read_population(_file(data, "population.yaml"))


def _casts(data: bytes) -> None:
    GivenCasts.read(_file(data, "casts.jsonl"))


def _plans(data: bytes) -> None:
    read_plan(data.decode("utf-8", "replace"))


def _imports(data: bytes) -> None:
    import_replies(_folder() / "journal.sqlite", _file(data, "replies.jsonl"))


def _requests(data: bytes) -> None:
    list(read_requests(_file(data, "requests.jsonl")))


def _addresses(data: bytes) -> None:
    address = address_of(f"hf://{data.decode('utf-8', 'replace')}")
    assert ".." not in str(address).split("/")


FORMATS = (".txt", ".md", ".html", ".pdf", ".docx", ".epub", ".jsonl", ".json", ".csv", ".parquet", ".arrow")
TARGETS: Mapping[str, Target] = {
    **{f"document{suffix}": partial(_documents, suffix) for suffix in FORMATS},
    "pairs": _pairs,
    "replies": _replies,
    "completions": _completions,
    "trees": _trees,
    "oasst": _oasst,
    "configuration": _configuration,
    "overrides": _overrides,
    "population": _population,
    "casts": _casts,
    "plans": _plans,
    "imports": _imports,
    "requests": _requests,
    "addresses": _addresses,
}


def check(target: str, data: bytes) -> None:
    """Feed one input to a parser; any error but one of R2S's own comes out of here."""
    with suppress(R2SError):
        TARGETS[target](data)
