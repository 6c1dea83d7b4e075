"""Uploading, to a server that speaks the Hub's protocol."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from r2s.errors import ConfigError, EndpointError
from r2s.samples.hub import check_token, push


class Hub(ThreadingHTTPServer):
    """Takes whatever is uploaded in one commit; `refuses` is a status to answer with instead."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.files: dict[str, bytes] = {}
        self.created: dict[str, Any] = {}
        self.tokens: set[str | None] = set()
        self.refuses = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, path: str, body: bytes) -> dict[str, Any]:
        if path == "/api/repos/create":
            self.created = json.loads(body)
            return {"url": f"{self.address}/datasets/{self.created.get('organization')}/{self.created['name']}"}
        if "/preupload/" in path:
            files = json.loads(body)["files"]
            modes = [{"path": file["path"], "uploadMode": "regular", "shouldIgnore": False} for file in files]
            return {"files": modes}
        if "/commit/" in path:
            self._commit(body)
            return {
                "commitUrl": f"{self.address}/datasets/people/dialogues/commit/0",
                "commitOid": "0" * 40,
                "success": True,
            }
        return {"errors": [], "warnings": []}

    def _commit(self, body: bytes) -> None:
        for operation in map(json.loads, body.splitlines()):
            if operation["key"] == "file":
                self.files[operation["value"]["path"]] = base64.b64decode(operation["value"]["content"])


class Answer(BaseHTTPRequestHandler):
    @property
    def hub(self) -> Hub:
        assert isinstance(self.server, Hub)
        return self.server

    def do_GET(self) -> None:
        self._send(404, {"error": "not found"})

    def do_POST(self) -> None:
        self.hub.tokens.add(self.headers["Authorization"])
        body = self._body()
        if self.hub.refuses:
            return self._send(self.hub.refuses, {"error": "You may not write here"})
        self._send(200, self.hub.answer(self.path.partition("?")[0], body))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    server = Hub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    monkeypatch.setenv("HF_TOKEN", "secret")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "README.md").write_text("---\nlicense: unknown\n---\n# Dialogues\n", encoding="utf-8")
    (tmp_path / "data" / "train.parquet").write_bytes(bytes(range(256)))
    return tmp_path / "data"


def test_a_folder_is_uploaded_whole(hub: Hub, folder: Path) -> None:
    address = push(folder, "people/dialogues", private=True)

    assert address == f"{hub.address}/datasets/people/dialogues"
    assert hub.files == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert (hub.created["type"], hub.created["name"]) == ("dataset", "dialogues")
    assert hub.created.get("private") is True or hub.created.get("visibility") == "private"
    assert hub.tokens == {"Bearer secret"}


def test_a_refusal_is_told_and_the_export_stays(hub: Hub, folder: Path) -> None:
    hub.refuses = 403

    with pytest.raises(EndpointError, match="the export itself is in"):
        push(folder, "people/dialogues", private=False)

    assert len(list(folder.iterdir())) == 2


def test_a_repository_that_cannot_be_named_so_is_a_mistake_of_settings(hub: Hub, folder: Path) -> None:
    with pytest.raises(ConfigError, match="--push not a name"):
        push(folder, "not a name", private=False)


def test_without_a_token_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "none"))

    with pytest.raises(ConfigError, match="set HF_TOKEN"):
        check_token()
