"""Request files: what a batch endpoint takes, the same bytes for the same wants, and nothing that is not wanted."""

import random
from pathlib import Path
from typing import Any

import orjson
import pytest

from r2s.errors import ConfigError
from r2s.models.batch import wanted as module
from r2s.models.batch.address import batch_address
from r2s.models.batch.files import read_requests, request_files
from r2s.models.batch.wanted import WantedRequests


def key(number: int) -> str:
    return f"{number:032x}"


def body(model: str = "m", text: str = "hello") -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": text}], "seed": 1}


def write(folder: Path, *asked: tuple[int, str, str]) -> list[Path]:
    """Want these numbers, each of a dialogue and a model."""
    requests = WantedRequests(folder)
    for number, dialogue, model in asked:
        requests.add(key(number), dialogue, body(model))
    files = requests.write()
    requests.close()
    return files


def keys(file: Path) -> list[str]:
    return [request.custom_id for request in read_requests(file)]


def test_a_line_is_what_the_batch_api_reads(tmp_path: Path) -> None:
    [file] = write(tmp_path, (1, "d", "m"))

    assert orjson.loads(file.read_bytes()) == {
        "custom_id": key(1),
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": body(),
    }


def test_the_order_of_wanting_changes_no_byte_and_dialogues_stay_together(tmp_path: Path) -> None:
    asked = [(number, f"d{number % 3}", "m") for number in range(30)]
    shuffled = random.Random(1).sample(asked, len(asked))

    [one], [other] = write(tmp_path / "one", *asked), write(tmp_path / "other", *shuffled, *asked)

    assert one.read_bytes() == other.read_bytes()
    assert [int(name, 16) % 3 for name in keys(one)] == [0] * 10 + [1] * 10 + [2] * 10


def test_files_are_cut_where_the_api_has_its_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [(number, "d", "m") for number in range(7)]
    monkeypatch.setattr(module, "MOST_REQUESTS", 3)
    by_count = [len(keys(file)) for file in write(tmp_path / "count", *asked)]
    monkeypatch.setattr(module, "MOST_REQUESTS", 50)
    size = request_files(tmp_path / "count")[0].stat().st_size // 3
    monkeypatch.setattr(module, "MOST_BYTES", 2 * size + 1)

    by_size = [len(keys(file)) for file in write(tmp_path / "size", *asked)]

    assert by_count == [3, 3, 1]
    assert by_size == [2, 2, 2, 1]


def test_a_file_asks_one_model(tmp_path: Path) -> None:
    files = write(tmp_path, (1, "d", "b"), (2, "d", "a"), (3, "d", "b"))

    assert [[request.body["model"] for request in read_requests(file)] for file in files] == [["a"], ["b", "b"]]


def test_what_is_no_longer_wanted_disappears(tmp_path: Path) -> None:
    write(tmp_path, (1, "d", "a"), (2, "d", "b"))

    assert [keys(file) for file in write(tmp_path, (3, "d", "a"))] == [[key(3)]]
    assert len(request_files(tmp_path)) == 1
    assert write(tmp_path) == request_files(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_files_change_only_when_all_is_written(tmp_path: Path) -> None:
    [file] = write(tmp_path, (1, "d", "m"))
    before = file.read_bytes()

    requests = WantedRequests(tmp_path)
    requests.add(key(2), "d", body())
    requests.close()

    assert file.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match="cannot be written to"):
        WantedRequests(tmp_path / "file" / "requests")


@pytest.mark.parametrize("line", ["{", "[1]", '{"custom_id": 5, "body": {}}', '{"custom_id": "a"}'])
def test_a_file_that_holds_no_requests_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "requests-001.jsonl").write_text(line + "\n")

    with pytest.raises(ConfigError, match=r"requests-001.jsonl:1: this is no batch request"):
        list(read_requests(tmp_path / "requests-001.jsonl"))


@pytest.mark.parametrize(
    ("name", "folder", "model"),
    [
        ("batch:requests", "requests", ""),
        ("batch:a/b#gpt-x", "a/b", "gpt-x"),
        ("batch:a#b#org/model:free", "a#b", "org/model:free"),
    ],
)
def test_a_name_says_where_and_whom(name: str, folder: str, model: str) -> None:
    assert batch_address(name) == (Path(folder), model)


@pytest.mark.parametrize("name", ["batch", "batch:", "batch:#m", "openai:batch", "extractive"])
def test_other_names_are_no_batch(name: str) -> None:
    assert batch_address(name) is None
