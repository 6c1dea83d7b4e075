"""Nobody is contacted but the server that the user names, whatever the environment would have libraries report."""

from pathlib import Path

import pytest

from benchmarks.processes import ServerProcess
from tests.conftest import LIGHTHOUSE
from tests.security.commands import play

# What would send traces and figures of use to their makers, were it left to the libraries.
TALKATIVE = {
    "LANGSMITH_TRACING": "true",
    "LANGSMITH_API_KEY": "lsv2-none",
    "LANGCHAIN_TRACING_V2": "true",
    "LANGSMITH_ENDPOINT": "http://127.0.0.2:9",
    "OPENAI_API_KEY": "none",
}
OFF = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"), "")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "lighthouse.txt"
    path.write_text(LIGHTHOUSE, encoding="utf-8")
    return path


@pytest.mark.slow
def test_every_command_keeps_to_the_server_that_was_named(docs: Path, tmp_path: Path) -> None:
    model = ("--model", "openai:mock")
    with ServerProcess() as server:
        at = ("--base-url", server.url)
        played = play(
            [
                ("doctor", *model, *at),
                ("run", docs, "-o", tmp_path / "plain"),
                ("run", docs, "-o", tmp_path / "run", *model, *at, "--turns", "2"),
                ("plan", docs, *model),
                ("status", tmp_path / "run"),
                ("stats", tmp_path / "run"),
                ("eval", tmp_path / "run", "--judge", "openai:mock", *at),
                ("view", tmp_path / "run", "--static", tmp_path / "pages"),
                ("export", tmp_path / "run", "--to", "messages", "-o", tmp_path / "train.jsonl"),
                ("graph", "cod_review"),
            ],
            tmp_path,
            {**OFF, **TALKATIVE},
        )

    assert set(played.codes) == {0}, played.output
    assert played.contacts == {server.url.removesuffix("/v1").removeprefix("http://").replace(":", " ")}


def test_without_a_server_nobody_is_contacted(docs: Path, tmp_path: Path) -> None:
    played = play([("doctor",), ("run", docs, "-o", tmp_path / "run")], tmp_path, {**OFF, **TALKATIVE})

    assert set(played.codes) == {0}, played.output
    assert played.contacts == set()


@pytest.mark.slow
def test_traces_are_sent_where_they_are_asked_for(docs: Path, tmp_path: Path) -> None:
    """What the tests above look for would be seen: the same variables, and the setting."""
    command = ("run", docs, "-o", tmp_path / "run", "--set", "tracing=true", "--turns", "1")

    played = play([command], tmp_path, {**OFF, **TALKATIVE})

    assert "127.0.0.2 9" in played.contacts
