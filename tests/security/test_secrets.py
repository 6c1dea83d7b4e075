"""Keys and passwords: planted where users put them, and looked for in everything that comes out."""

import base64
import json
from pathlib import Path

import pytest

from benchmarks.processes import ServerProcess
from tests.conftest import LIGHTHOUSE
from tests.security.commands import play

SECRETS = {
    "OPENAI_API_KEY": "sk-planted-7f3a9c",
    "HF_TOKEN": "hf_planted_51bd20",
    "PGPASSWORD": "pg-planted-e88d14",
    "LANGSMITH_API_KEY": "lsv2-planted-0a7c",
}
PASSWORD, QUERY, DATABASE = "url-planted-93be07", "query-planted-c4d6", "db-planted-77aa01"
FAULTS = "429=0.05,500=0.05,reset=0.03,broken=0.1,empty=0.03,cut=0.03"
PLANTED = (*SECRETS.values(), PASSWORD, QUERY, DATABASE, base64.b64encode(f"me:{PASSWORD}".encode()).decode())


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "docs.jsonl"
    rows = [{"id": f"d{number}", "text": f"This is light {number} of all. {LIGHTHOUSE}"} for number in range(3)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.slow
def test_no_secret_comes_out_anywhere(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    run = ("--model", "openai:mock", "--turns", "2", "--reviewers", "1")
    with ServerProcess("--faults", FAULTS) as server, ServerProcess("--key", "another") as strict:
        named = server.url.replace("http://", f"http://me:{PASSWORD}@") + f"?token={QUERY}"
        configuration = tmp_path / "mine.yaml"
        configuration.write_text(f"base_url: {named}\n", encoding="utf-8")
        lost = tmp_path / "lost.yaml"
        lost.write_text(f"base_url: http://me:{PASSWORD}@127.0.0.1:9/v1\nlimits: {{patience: 0.2}}\n", encoding="utf-8")
        wrong = tmp_path / "wrong.yaml"
        wrong.write_text(f"base_url: 'http://me:{PASSWORD}@:80:90/v1?token={QUERY}'\n", encoding="utf-8")

        played = play(
            [
                ("doctor", "--model", "openai:mock", "--base-url", server.url),
                ("run", docs, "-o", out / "key", *run, "--base-url", server.url),
                ("run", docs, "-o", out / "url", *run, "--config", configuration),
                ("run", docs, "-o", out / "strict", *run, "--base-url", strict.url),
                ("run", docs, "-o", out / "lost", *run, "--config", lost),
                ("run", docs, "-o", out / "wrong", *run, "--config", wrong),
                ("run", docs, "-o", out / "batch", *run, "--model", f"batch:{out / 'requests'}#mock"),
                ("batch", "submit", out / "requests", "--base-url", strict.url),
                ("plan", docs, *run),
                ("status", out / "url"),
                ("show", out / "url", "--doc", "d0"),
                ("journal", "info", out / "url"),
                ("view", out / "url", "--static", out / "pages"),
                ("export", out / "url", "--to", "messages", "--card", "-o", out / "dataset"),
            ],
            out,
            SECRETS,
        )

    assert played.codes == [0, 0, 0, 6, 6, 2, 0, 6, 0, 0, 0, 0, 0, 0], played.output
    files = [path for path in out.rglob("*") if path.is_file()]
    assert {"journal.sqlite", "manifest.json", "config.yaml", "events.jsonl"} <= {path.name for path in files}
    for secret in PLANTED:
        assert secret not in played.output
        assert secret not in played.process_list
        assert [path.name for path in files if secret.encode() in path.read_bytes()] == []


def test_the_password_of_a_database_comes_out_nowhere(docs: Path, tmp_path: Path) -> None:
    url = f"postgresql://me:{DATABASE}@127.0.0.1:9/r2s?sslpassword={QUERY}"
    out = tmp_path / "out"
    out.mkdir()

    played = play(
        [
            ("run", docs, "-o", out / "run", "--journal", url),
            ("journal", "info", url),
            ("run", docs, "-o", out / "other", "--journal", f"postgresql://me:{DATABASE}@a@b/c"),
        ],
        out,
        SECRETS,
    )

    assert all(code for code in played.codes)
    assert "127.0.0.1:9" in played.output
    for secret in PLANTED:
        assert secret not in played.output
        assert [path for path in out.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()] == []
