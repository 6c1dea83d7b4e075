"""The counts of a run that is looked at, for Prometheus: from the same address, behind the same door."""

import importlib
import json
from pathlib import Path

import pytest

from r2s.runs.ledger import event_line
from tests.observers.test_prometheus import EVENTS, samples
from tests.runs.events import ENDED
from tests.views.serving.conftest import Serve, Served
from tests.views.serving.test_changes import held


def write(run: Path, *lines: str) -> None:
    with (run / "events.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "manifest.json").write_text(json.dumps({"run": "r1", "status": "running"}), encoding="utf-8")
    write(tmp_path, *(event_line(name, facts) for name, facts in EVENTS))
    return tmp_path


def counts(served: Served) -> dict[str, float]:
    answer = served.get("/metrics")
    assert answer.status == 200, answer.body
    return samples(answer.body.encode())


def test_a_scraper_is_given_the_counts_of_the_run_and_what_is_new_in_it(serve: Serve, run: Path) -> None:
    served = serve(run)
    with held(run):
        first, again = counts(served), counts(served)

    write(run, event_line("ended", ENDED))
    last = counts(served)

    assert served.get("/metrics").headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert first["r2s_calls_total{}"] == again["r2s_calls_total{}"] == last["r2s_calls_total{}"] == 2
    assert first["r2s_dialogues_total{outcome=failed}"] == 1
    assert (first["r2s_running{}"], again["r2s_running{}"], last["r2s_running{}"]) == (1, 1, 0)


def test_a_run_whose_process_has_died_is_not_counted_as_running(serve: Serve, run: Path) -> None:
    served = serve(run)
    counts(served)

    assert counts(served)["r2s_running{}"] == 0


def test_a_damaged_event_is_passed_over(serve: Serve, run: Path) -> None:
    write(run, '{"event":"document_failed"}', '{"event":["call"]}', '{"event":"turn","dialogue":[]}', "{")
    write(run, event_line(*EVENTS[1]))

    assert counts(serve(run))["r2s_calls_total{}"] == 3


def test_a_run_that_is_still_to_come_has_no_counts_yet(serve: Serve, tmp_path: Path) -> None:
    answer = serve(tmp_path / "later").get("/metrics")

    assert (answer.status, answer.data["error"]) == (503, "there is no run here yet")


def test_without_the_library_the_answer_says_what_to_install(serve: Serve, run: Path, monkeypatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(importlib, "import_module", missing)

    answer = serve(run).get("/metrics")

    assert answer.status == 422
    assert "pip install 'r2s-dialogues[prometheus]'" in answer.data["error"]


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_counts_are_behind_the_same_door_as_the_pages(serve: Serve, run: Path, headers: dict[str, str]) -> None:
    assert serve(run).get("/metrics", headers).status == 403


def test_where_a_token_is_asked_a_scraper_brings_it_as_a_header(serve: Serve, run: Path) -> None:
    served = serve(run, needs_token=True)
    token = served.site.door.token

    refused = [served.get("/metrics", {"Authorization": given}) for given in ("", "Bearer wrong", f"Basic {token}")]

    assert [answer.status for answer in refused] == [401, 401, 401]
    assert served.get(f"/metrics?token={token}").status == 401
    assert served.get("/metrics", {"Authorization": f"Bearer {token}"}).status == 200
