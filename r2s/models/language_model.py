"""A language model as a back end: the prompt rendered, the journal asked first, the call made and kept, the reply read.

request --> key --> journal -- there --------------------> read the reply --> answer
             ^         |                                      ^      |
             |         +-- budget --> limiter --> caller --> journal |
             |         +-- somebody in the model's place --> journal |
             +---------- at most twice: name what is broken ---------+
"""

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, TypedDict

from r2s.documents.frames import without_marks
from r2s.errors import AnswerError, EndpointError
from r2s.models.calls import Attendant, Call, Caller, Completion
from r2s.models.failures import Refused
from r2s.models.gate import Gate, OpenGate
from r2s.models.journal import CallRecord, Journal, call_key, schema_name
from r2s.models.limiter import RateLimiter
from r2s.models.names import is_person
from r2s.models.outstanding import Outstanding
from r2s.models.parsing import parse_answer, read_form
from r2s.models.prices import Price
from r2s.models.request import Answer, LearntAnswer, Messages, Reply, Request, TextAnswer
from r2s.seeds import derive_seed
from r2s.usage import Usage

# A reply that cannot be read is asked for again, the fault named, at another seed: so often in all.
ATTEMPTS = 3
# Characters that a token holds at the least: what a call may cost is reckoned with before it is made.
FEWEST_CHARACTERS = 1.5


class LanguageModel:
    """Answers requests by a `Caller`; without a journal nothing is kept, without a gate there is no budget.

    With `forgive`, broken replies of the journal do not count as attempts: a failed document gets new ones.
    """

    def __init__(
        self,
        name: str,
        caller: Caller,
        *,
        limiter: RateLimiter,
        journal: Journal | None = None,
        gate: Gate | None = None,
        price: Price | None = None,
        tell: Callable[[str, dict[str, Any]], None] = lambda name, facts: None,
        forgive: bool = False,
        attendant: Attendant | None = None,
    ) -> None:
        self.name = name
        self._tell, self._forgive, self._attendant = tell, forgive, attendant
        self._caller, self._limiter, self._journal = caller, limiter, journal
        self._gate, self._price = gate or OpenGate(), price
        self._outstanding = Outstanding()

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        """The reply; raises `AnswerError` where none can be read, `EndpointError` where the server is lost."""
        used: list[CallRecord] = []
        try:
            answer = await self._answer(request, used)
        except AnswerError as error:
            error.usage = self._usage_of(used)
            raise
        return Reply(answer, self._usage_of(used))

    async def _answer(self, request: Request[Answer], used: list[CallRecord]) -> Answer:
        """The first answer that can be read; `used` gets every reply on the way to it."""
        prompt, fault = request.messages(), ""
        messages, attempt, counted = prompt, 0, 0
        while counted < ATTEMPTS:
            record, is_new = await self._reply(request, messages, attempt)
            used.append(record)
            try:
                return _read(record, request.answer)
            except AnswerError as error:
                fault = str(error)
            self._limiter.stats.unreadable += is_new
            self._tell("unreadable", {"key": record.key, "speaker": request.speaker, "fault": fault})
            messages, attempt = [*prompt, *_repair(record.content, fault, request)], attempt + 1
            counted += is_new or not self._forgive
        raise AnswerError(f"{self.name} gave no valid answer as {request.speaker} in {ATTEMPTS} attempts: {fault}")

    async def _reply(self, request: Request[Any], messages: Messages, attempt: int) -> tuple[CallRecord, bool]:
        """The reply to these messages: from the journal, else from the server, and then kept before it is used.

        With it, whether it is a new one. What another worker is asking at this moment is waited for, not asked again.
        """
        seed, schema = derive_seed(request.seed, attempt), schema_name(request.answer)
        sampling = request.sampling.at(attempt)
        drawn = sampling.named()
        key = call_key(self.name, messages, schema, drawn, seed, 0)
        asked: _Asked = {
            "role": request.role,
            "speaker": request.speaker,
            "messages": messages,
            "schema": schema,
            "sampling": drawn,
            "seed": seed,
        }
        call = Call(messages, request.answer, sampling, seed, key=key, dialogue=request.dialogue)
        return await self._outstanding.to_its_end(key, self._known_or_made(request, call, asked))

    async def _known_or_made(self, request: Request[Any], call: Call, asked: "_Asked") -> tuple[CallRecord, bool]:
        async with self._journal.turn(call.key) if self._journal else nullcontext() as known:
            if known is not None:
                return await self._with_what_was_asked(known, request, asked), False
            try:
                return await self._made(request, call, asked), True
            finally:
                self._outstanding.ended(call.key)

    async def _made(self, request: Request[Any], call: Call, asked: "_Asked") -> CallRecord:
        """The record of a call that is made now."""
        began = time.monotonic()
        in_person = await self._attendant.attend(self.name, request, call) if self._attendant else None
        completion = in_person or await self._call(request, call)
        record = CallRecord(
            key=call.key,
            model=completion.by or self.name,
            **asked,
            content=completion.content,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            finish=completion.finish,
            created=time.time(),
        )
        if self._journal:
            await self._journal.put(record)
        if self._attendant and in_person:
            self._attendant.kept(record.key)
        self._tell("call", self._facts(record, request, time.monotonic() - began))
        return record

    async def _with_what_was_asked(self, known: CallRecord, request: Request[Any], asked: "_Asked") -> CallRecord:
        """The record; one that came as a file knows its key and reply only, until it is first used."""
        if known.speaker or self._journal is None:
            return known
        record = replace(known, model=known.model or self.name, **asked)
        await self._journal.put(record, replaces=True)
        self._tell("call", self._facts(record, request, None))
        return record

    async def _call(self, request: Request[Any], call: Call) -> Completion:
        """One call within the budget and the endpoint's limits."""
        worst = self._worst(call)
        await self._gate.take(worst)
        paid = Usage()
        try:
            completion = await self._limiter.call(
                request.dialogue,
                lambda: self._send(call),
                key=call.key,
                tokens=worst.prompt_tokens + worst.completion_tokens,
                used=lambda done: self._tokens(done, call),
            )
            paid = self._usage(completion, call)
        except Refused as error:
            if error.status == 404:
                raise EndpointError(f"{error}; check the name {self.name} and the server's address") from None
            raise AnswerError(f"{self.name} refused the request as {request.speaker}: {error}") from None
        finally:
            self._gate.pay(worst, paid)
        return completion

    async def _send(self, call: Call) -> Completion:
        """One attempt, out until it fails or its reply is kept."""
        self._outstanding.goes_out(call.key)
        try:
            return await self._caller.send(call)
        except BaseException:
            self._outstanding.ended(call.key)
            raise

    def _facts(self, record: CallRecord, request: Request[Any], seconds: float | None) -> dict[str, Any]:
        """A finished call as the events of a run keep it; nobody timed a reply that came as a file."""
        return {
            "key": record.key,
            "dialogue": request.dialogue,
            "turn": request.turn,
            "speaker": record.speaker,
            "model": record.model,
            "seconds": None if seconds is None else round(seconds, 3),
            "prompt_tokens": record.prompt_tokens,
            "completion_tokens": record.completion_tokens,
            "cost_usd": self._usage_of_one(record).cost_usd,
            "finish": record.finish,
        }

    def _worst(self, call: Call) -> Usage:
        characters = sum(len(message["content"]) for message in call.messages)
        return self._priced(round(characters / FEWEST_CHARACTERS), call.sampling.max_tokens)

    def _usage_of(self, used: Iterable[CallRecord]) -> Usage:
        """What replies cost when they were first made; a replayed one costs the same on paper and nothing in fact."""
        return sum(map(self._usage_of_one, used), Usage())

    def _usage_of_one(self, record: CallRecord) -> Usage:
        if is_person(record.model):
            return Usage(replies=1, calls=(record.key,), people=(record.model,))
        prompt, completion = record.prompt_tokens, record.completion_tokens
        cost = None if prompt is None or completion is None else self._cost(prompt, completion)
        return Usage(prompt or 0, completion or 0, cost, replies=1, calls=(record.key,))

    def _usage(self, done: Completion, call: Call) -> Usage:
        """The server's count; where it gives none, a budget is kept by an estimate rather than not at all."""
        if done.prompt_tokens is not None and done.completion_tokens is not None:
            return self._priced(done.prompt_tokens, done.completion_tokens)
        return self._priced(self._worst(call).prompt_tokens, round(len(done.content) / FEWEST_CHARACTERS))

    def _tokens(self, done: Completion, call: Call) -> int:
        usage = self._usage(done, call)
        return usage.prompt_tokens + usage.completion_tokens

    def _priced(self, prompt: int, completion: int) -> Usage:
        return Usage(prompt_tokens=prompt, completion_tokens=completion, cost_usd=self._cost(prompt, completion))

    def _cost(self, prompt: int, completion: int) -> float | None:
        return self._price.cost(prompt, completion) if self._price else None

    async def close(self) -> None:
        """Let calls that are out come to their end, unless we are cancelled, and give back the caller's connections."""
        await self._outstanding.settle()
        await self._caller.close()


def _read(record: CallRecord, answer: type[Answer]) -> Answer:
    """The answer in a reply; one that was cut off could be mended into JSON, but not into a sentence.

    An answer in parts goes without its last one then.
    """
    if is_person(record.model):
        return read_form(record.content, answer)
    is_cut = record.finish == "length"
    if is_cut and not issubclass(answer, LearntAnswer):
        raise AnswerError("it was cut off because it was too long; say it in fewer words")
    return parse_answer(record.content, answer, is_cut=is_cut)


class _Asked(TypedDict):
    """What of a record is known before there is a reply."""

    role: str
    speaker: str
    messages: Messages
    schema: str
    sampling: dict[str, Any]
    seed: int


def _repair(text: str, fault: str, request: Request[Any]) -> list[dict[str, str]]:
    """What is added to the prompt after a broken reply: nothing for a model that knows its own prompt only."""
    if request.learnt is not None:
        return []
    form = "all the parts that were" if issubclass(request.answer, TextAnswer) else "the one JSON object that was"
    ask = f"That reply cannot be used: {fault}. Reply again with {form} asked for, nothing else."
    return [{"role": "assistant", "content": without_marks(text) or "…"}, {"role": "user", "content": ask}]
