"""Some inputs that each parser takes, made on the spot: what a fuzzer begins with."""

import csv
import functools
import io
import tempfile
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path

import orjson

from r2s.config import RunConfig
from tests.conftest import LIGHTHOUSE, lighthouse, written_turns
from tests.documents.files import CHINESE, ENGLISH, write_docx, write_epub, write_pdf
from tests.fuzz.targets import FORMATS

KEY = "0123456789abcdef" * 2
ROW = {"id": "a", "title": "Skerry", "text": LIGHTHOUSE}
SQUAD = {"version": "1.1", "data": [{"title": "Skerry", "paragraphs": [{"context": LIGHTHOUSE, "qas": []}]}]}
CMRC = [{"context_id": "T1", "context_text": CHINESE, "qas": [], "title": "灯塔"}]
PAIR = {"instruction": "Name a cape.", "input": "", "output": "Cape Horn.", "history": [["Hello?", "Hello."]]}
SHAREGPT = {"id": "s", "conversations": [{"from": "human", "value": "Hello?"}, {"from": "gpt", "value": "Hello."}]}
MESSAGES = {"messages": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Hello."}]}
REFGPT = {"dialogue": "<Human 1>:(word count: 9 words)Hello? <Assistant 1>:(word count: 9 words)Hello."}
OASST = {
    "message_tree_id": "m1",
    "tree_state": "ready_for_export",
    "prompt": {
        "message_id": "m1",
        "text": "Hello?",
        "role": "prompter",
        "replies": [{"message_id": "m2", "parent_id": "m1", "text": "Hello.", "role": "assistant", "replies": []}],
    },
}
COMPLETION = {
    "choices": [{"message": {"role": "assistant", "content": "<think>hm</think>Hello"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    "model": "mock",
}
PARTS = {"choices": [{"message": {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]}}]}
PLAN = {"type": "question-answer", "progress": "starts", "process": "asks", "purpose": "to know", "key_phrases": ["a"]}
REVIEW = {
    "reviews": [
        {
            "draft": "A",
            "vote": "positive",
            **dict.fromkeys(("usefulness", "relevance", "accuracy", "depth", "creativity", "spoken"), 4),
        }
    ],
    "ranking": ["A"],
}


@functools.cache
def inputs() -> Mapping[str, list[bytes]]:
    """The inputs of each target, by its name."""
    rows = [ROW, SQUAD, PAIR, SHAREGPT, MESSAGES, REFGPT, OASST]
    return {
        **dict(_documents(rows)),
        "pairs": [_lines(row) for row in rows],
        "replies": [*map(orjson.dumps, _answers()), b'```json\n{"text": "a", }\n```', b'<think>a</think>{"a": [1'],
        "completions": [orjson.dumps(COMPLETION), orjson.dumps(PARTS), b'{"error": {"message": "no", "code": 429}}'],
        "trees": [_tree()],
        "oasst": [orjson.dumps(OASST)],
        "configuration": [_yaml(RunConfig().model_dump(mode="json")), b"method: cod\npolicies: {stop: {kind: echo}}\n"],
        "overrides": [b"turns=3", b"policies.branching={kind: top, count: 2}", b"prices.a={input: 1, output: 2}"],
        "population": [_population()],
        "casts": [_lines({"document": "a", "replicate": 0, "cast": _cast()})],
        "plans": [orjson.dumps(PLAN)],
        "imports": [_lines({"key": KEY, "content": "Hello"}), _lines(_batch_output())],
        "requests": [_lines({"custom_id": KEY, "method": "POST", "url": "/v1/chat/completions", "body": {}})],
        "addresses": [b"rajpurkar/squad", b"owner/name/configuration:train"],
    }


def _documents(rows: list[dict[str, object]]) -> Iterator[tuple[str, list[bytes]]]:
    text = f"# Skerry\n\n{LIGHTHOUSE}\n\n- one\n- two\n".encode()
    page = f"<html><head><title>Skerry</title></head><body><h1>S</h1><p>{LIGHTHOUSE}</p></body></html>".encode()
    plain: dict[str, list[bytes]] = {
        ".txt": [text, CHINESE.encode("gb18030"), LIGHTHOUSE.encode("utf-16")],
        ".md": [text],
        ".html": [page],
        ".jsonl": [_lines(row) for row in rows],
        ".json": [orjson.dumps(rows), orjson.dumps(SQUAD), orjson.dumps(CMRC)],
        ".csv": [_csv()],
    }
    return ((f"document{suffix}", plain.get(suffix) or list(_binary(suffix))) for suffix in FORMATS)


def _binary(suffix: str) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"seed{suffix}"
        match suffix:
            case ".pdf":
                write_pdf(path, [[ENGLISH], [ENGLISH]], bookmarks=["The tower"])
            case ".docx":
                write_docx(path)
            case ".epub":
                write_epub(path, [("The tower", LIGHTHOUSE)])
            case _:
                _write_table(path)
        yield path.read_bytes()


def _write_table(path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.Table.from_pylist([ROW, {**ROW, "id": "b"}])
    if path.suffix == ".parquet":
        parquet.write_table(table, path)
        return
    with pyarrow.OSFile(str(path), "wb") as file, pyarrow.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)


def _csv() -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([("title", "text"), ("Skerry", LIGHTHOUSE), ("灯塔", CHINESE)])
    return written.getvalue().encode()


def _answers() -> list[object]:
    turns = written_turns(lighthouse())
    return [PLAN, REVIEW, {"text": "Hello", "citations": []}, {"characters": {"A": "a", "B": "b"}, "turns": turns}]


def _tree() -> bytes:
    from tests.trees.forest import make_tree

    return make_tree().to_json().encode()


def _cast() -> dict[str, object]:
    user = {"persona": "a sailor", "goal": "to know", "knowledge": "little", "manner": "curt"}
    return {"user": user, "assistant": {"manner": "calm"}}


def _population() -> bytes:
    return resources.files("r2s.policies").joinpath("population.yaml").read_bytes()


def _batch_output() -> dict[str, object]:
    return {"custom_id": KEY, "response": {"status_code": 200, "body": COMPLETION}, "error": None}


def _yaml(value: object) -> bytes:
    import yaml

    return yaml.safe_dump(value, allow_unicode=True).encode()


def _lines(*rows: object) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)
