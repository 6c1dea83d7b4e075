"""Who watches a run from outside: nobody but who was asked for."""

import sys

import pytest

from r2s.cli.observing import ENDPOINTS, Observing, is_traced
from r2s.config import Limits
from r2s.errors import ConfigError
from r2s.runs.meter import Meter

MODULES = ("r2s.observers.otel", "r2s.observers.prometheus", "r2s.observers.logs")


@pytest.fixture(autouse=True)
def no_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*ENDPOINTS, "OTEL_SDK_DISABLED"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_wish_nobody_watches_and_nothing_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in MODULES:
        monkeypatch.setitem(sys.modules, module, None)

    with Observing().watchers(Meter(Limits())) as watchers:
        assert watchers == []


@pytest.mark.parametrize(("asked", "extra"), [({"otel": True}, "otel"), ({"prometheus": 0}, "prometheus")])
def test_what_is_missing_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, asked: dict[str, bool | int], extra: str
) -> None:
    for module in MODULES:
        monkeypatch.setitem(sys.modules, module, None)

    refused = pytest.raises(ConfigError, match=rf"pip install 'r2s-dialogues\[{extra}\]'")
    with refused, Observing(**asked).watchers(Meter(Limits())):  # type: ignore[arg-type]
        pass


def test_the_environment_turns_tracing_on_and_flags_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_traced(None)

    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://localhost:4318/v1/traces")
    assert is_traced(None)
    assert not is_traced(False)

    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    assert not is_traced(None)
    assert is_traced(True)


def test_it_is_said_where_traces_go_without_a_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:secret@127.0.0.1:9")
    monkeypatch.setenv("OTEL_METRICS_EXPORTER", "none")

    with Observing().watchers(Meter(Limits())) as watchers:
        assert len(watchers) == 1

    said = capsys.readouterr().err
    assert "http://127.0.0.1:9" in said
    assert "secret" not in said


def test_counts_are_served_where_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    with Observing(prometheus=0).watchers(Meter(Limits())) as watchers:
        assert len(watchers) == 1

    assert "http://127.0.0.1:" in capsys.readouterr().err
