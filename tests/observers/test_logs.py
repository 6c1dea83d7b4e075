"""The log of a run: lines that programs can read, and nothing in them that nobody may read."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from r2s.errors import ConfigError
from r2s.observers.logs import LogFormat, LogLevel, logged
from tests.runs.events import ENDED, STARTED, call, failed, turn

SECRET = 'sk-planted"key\\123'


def written(path: Path, form: LogFormat = "json", level: LogLevel = "debug") -> list[str]:
    with logged(path, form, level) as tell:
        for name, facts in (("started", STARTED), ("call", call("d1")), ("turn", turn("d1", 1))):
            tell(name, facts)
        tell("document_failed", failed("d\n3"))
        tell("ended", ENDED)
    return path.read_text(encoding="utf-8").splitlines()


def test_every_event_is_a_json_object_with_time_level_and_facts(tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in written(tmp_path / "log")]

    assert [line["message"] for line in lines] == ["started", "call", "turn", "document_failed", "ended"]
    assert [line["level"] for line in lines] == ["info", "debug", "debug", "error", "info"]
    assert lines[1]["facts"]["model"] == "openai:mock"
    assert lines[3]["facts"]["document"] == "d\n3"
    assert lines[0]["time"].endswith("Z")


def test_what_was_said_is_in_no_log(tmp_path: Path) -> None:
    assert not [line for line in written(tmp_path / "log") if "What about" in line]


def test_text_is_one_line_an_event_whatever_is_in_it(tmp_path: Path) -> None:
    lines = written(tmp_path / "log", "text", "info")

    assert len(lines) == 3
    assert ' ERROR r2s.run document_failed document="d\\n3" replicate=0' in lines[1]


def test_other_packages_are_heard_from_a_warning_on_and_nobody_after_the_end(tmp_path: Path) -> None:
    other, root = logging.getLogger("other.package"), logging.getLogger()
    before = list(root.handlers)
    with logged(tmp_path / "log", "json", "debug"):
        other.info("chatter")
        other.warning("trouble at %s", "sea")
        try:
            raise ValueError("lost\nat sea")
        except ValueError:
            other.exception("it failed")
    other.warning("too late")

    lines = [json.loads(line) for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()]
    assert [line["message"] for line in lines] == ["trouble at sea", "it failed"]
    assert "ValueError: lost\nat sea" in lines[1]["exception"]
    assert root.handlers == before


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_planted_key_is_in_no_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: LogFormat) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer 1234")
    with logged(tmp_path / "log", form, "info") as tell:
        tell("document_failed", {**failed("d1"), "message": f"401 for {SECRET}"})
        logging.getLogger("http").error("sent %s and authorization=Bearer 1234", SECRET)

    text = (tmp_path / "log").read_text(encoding="utf-8")
    assert "planted" not in text
    assert "1234" not in text
    assert text.count("***") == 3


def test_an_earlier_log_is_added_to_and_a_folder_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "log")

    assert len(written(tmp_path / "log")) == 10
    with pytest.raises(ConfigError, match="--log-file"), logged(tmp_path, "json", "info"):
        pass
