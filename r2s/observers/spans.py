"""A run as a trace: the run, in it the dialogues, in these their turns, in these the calls.

Spans are made after the event, with the times that it tells: nothing waits for them, and a call that was found in the
journal has none.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context

from r2s.observers.conventions import CONVERSATION, MODEL, OPERATION, WORKFLOW, asked, call_attributes

# Of these the run's own span tells, of failures too: a document may fail before it has a dialogue.
RUN_EVENTS = ("slower", "circuit_opened", "circuit_closed", "document_failed", "journal_recovered")
LEFT_OPEN = "the run ended before it"


@dataclass
class _Dialogue:
    """A dialogue under way: its span, those of its turns, and when the last of it happened."""

    span: Span
    ended: int
    turns: dict[int, Span] = field(default_factory=dict)


class Spans:
    """A watcher that tells a tracer."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._run: Span | None = None
        self._dialogues: dict[str, _Dialogue] = {}

    def tell(self, name: str, facts: Mapping[str, Any]) -> None:
        """Turn one event into spans."""
        now = time.time_ns()
        if name == "started":
            self._begin(facts, now)
        elif self._run is None:
            return
        elif name == "call":
            self._call(facts, now)
        elif name == "turn":
            self._turn(facts, now)
        elif name == "retry" and (dialogue := self._dialogues.get(facts["group"])):
            dialogue.span.add_event(name, {"kind": facts["kind"], "wait": facts["wait"]}, now)
        elif name == "dialogue_finished":
            self._finish(facts)
        elif name in RUN_EVENTS:
            self._run.add_event(name, _plain(facts), now)
            if name == "document_failed":
                self._fail(facts)
        elif name == "ended":
            self._end(facts, now)

    def _begin(self, facts: Mapping[str, Any], now: int) -> None:
        known = {name: facts[name] for name in ("run", "dialogues", "trees", "failed", "concurrency")}
        attributes = {OPERATION: "invoke_workflow", WORKFLOW: facts["method"]}
        attributes |= {f"r2s.{name}": value for name, value in known.items()}
        self._run = self._tracer.start_span(f"invoke_workflow {facts['method']}", start_time=now, attributes=attributes)

    def _call(self, facts: Mapping[str, Any], now: int) -> None:
        began = now - int((facts["seconds"] or 0) * 1e9)
        dialogue = self._dialogue(facts["dialogue"], began)
        dialogue.ended = now
        parent = self._turn_of(dialogue, facts["turn"], began) if facts["turn"] else dialogue.span
        name = f"chat {asked(facts)[MODEL]}"
        self._span(name, parent, began, call_attributes(facts), SpanKind.CLIENT).end(now)

    def _turn(self, facts: Mapping[str, Any], now: int) -> None:
        dialogue = self._dialogue(facts["dialogue"], now)
        turn = self._turn_of(dialogue, facts["turn"], dialogue.ended)
        if facts["type"]:
            turn.set_attribute("r2s.turn.type", facts["type"])
        turn.end(now)
        del dialogue.turns[facts["turn"]]
        dialogue.ended = now

    def _finish(self, facts: Mapping[str, Any]) -> None:
        if (dialogue := self._dialogues.pop(facts["dialogue"], None)) is None:
            return
        counted = {f"r2s.{name}": facts[name] for name in ("tree", "turns", "calls", "cost_usd")}
        dialogue.span.set_attributes({name: value for name, value in counted.items() if value is not None})
        _close(dialogue)

    def _fail(self, facts: Mapping[str, Any]) -> None:
        if dialogue := self._dialogues.pop(facts["dialogue"], None):
            _break_off(dialogue, facts["message"])

    def _end(self, facts: Mapping[str, Any], now: int) -> None:
        for dialogue in self._dialogues.values():
            _break_off(dialogue, LEFT_OPEN)
        self._dialogues.clear()
        assert self._run is not None, "only a run that began can end"
        self._run.set_attribute("r2s.status", facts["status"])
        if facts["status"] not in ("finished", "waiting"):
            self._run.set_status(Status(StatusCode.ERROR, facts["message"]))
        self._run.end(now)
        self._run = None

    def _dialogue(self, name: str, began: int) -> _Dialogue:
        if name not in self._dialogues:
            assert self._run is not None, "dialogues are played in a run"
            span = self._span("dialogue", self._run, began, {CONVERSATION: name})
            self._dialogues[name] = _Dialogue(span, began)
        return self._dialogues[name]

    def _turn_of(self, dialogue: _Dialogue, number: int, began: int) -> Span:
        if number not in dialogue.turns:
            dialogue.turns[number] = self._span(f"turn {number}", dialogue.span, began, {"r2s.turn": number})
        return dialogue.turns[number]

    def _span(
        self, name: str, parent: Span, began: int, attributes: dict[str, Any], kind: SpanKind = SpanKind.INTERNAL
    ) -> Span:
        context = set_span_in_context(parent)
        return self._tracer.start_span(name, context, kind=kind, start_time=began, attributes=attributes)


def _break_off(dialogue: _Dialogue, why: str) -> None:
    dialogue.span.set_status(Status(StatusCode.ERROR, why))
    _close(dialogue)


def _close(dialogue: _Dialogue) -> None:
    for turn in dialogue.turns.values():
        turn.end(dialogue.ended)
    dialogue.span.end(dialogue.ended)


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if isinstance(value, str | int | float)}
