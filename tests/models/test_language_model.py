"""A language model behind a real OpenAI-compatible server on this machine, with its journal, budget and limiter."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from langchain_core.language_models import FakeListChatModel

from benchmarks.mock_server import MockServer, Settings, start
from r2s.config import RunConfig, load_config
from r2s.errors import AnswerError, BudgetError, ConfigError, EndpointError, R2SError, StoppedError
from r2s.models.calls import Call, Completion
from r2s.models.failures import Refused
from r2s.models.journal import Journal
from r2s.models.language_model import LanguageModel
from r2s.models.limiter import RateLimiter
from r2s.models.request import Model, Request, Template
from r2s.runs.back_ends import BackEnds
from r2s.runs.meter import Meter
from r2s.trees.node import AssistantCast
from tests.conftest import Scripted, lighthouse

Serve = Callable[..., Awaitable[MockServer]]
CALM, LOUD = '{"manner": "calm"}', '{"manner": "loud"}'


@pytest_asyncio.fixture
async def serve(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Serve]:
    """Starts servers that end with the test; no key and no address leak in from outside."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    servers: list[MockServer] = []

    async def begin(reply: Callable[[dict[str, Any]], str] | None = None, **settings: Any) -> MockServer:
        servers.append(await start(Settings(**settings), reply=reply, keeps_bodies=True))
        return servers[-1]

    yield begin
    for server in servers:
        await server.close()


@pytest_asyncio.fixture
async def open_model() -> AsyncIterator[Callable[..., Model]]:
    """Opens models against a server; their connections are given back after the test."""
    opened: list[BackEnds] = []

    def begin(server: MockServer, journal: Journal | None = None, **flags: Any) -> Model:
        settings = configuration(server, **flags)
        opened.append(BackEnds(settings, Meter(settings.limits), journal=journal, forgive=flags.get("forgive", False)))
        return opened[-1].of("user")

    yield begin
    for back_ends in opened:
        await back_ends.close()


def configuration(server: MockServer, **flags: Any) -> RunConfig:
    given = {name: value for name, value in flags.items() if name != "forgive"}
    return load_config(flags={"models.default": "openai:tiny", "base_url": server.url, **given})


def request(seed: int = 3) -> Request[AssistantCast]:
    return Request(
        dialogue="d",
        role="caster",
        speaker="caster",
        language="en",
        template=Template("the rules", "", "the task: {{start}}"),
        document=lighthouse(),
        transcript=(),
        fields={"start": "somebody calm"},
        answer=AssistantCast,
        seed=seed,
    )


async def test_the_prompt_goes_to_the_server_and_the_reply_comes_back_with_its_usage(serve, open_model):
    server = await serve(lambda body: CALM)

    reply = await open_model(server).answer(request())

    assert reply.answer == AssistantCast(manner="calm")
    assert reply.usage.prompt_tokens > 0
    assert reply.usage.cost_usd is None
    system, user = server.bodies[0][0]["messages"]
    assert system["content"] == "the rules"
    assert user["content"].endswith("the task: somebody calm")
    assert "Skerry" in user["content"]


async def test_a_known_price_makes_a_known_cost(serve, open_model):
    server = await serve(lambda body: CALM)

    reply = await open_model(server, prices={"tiny": {"input": 1.0, "output": 2.0}}).answer(request())

    usage = reply.usage
    assert usage.cost_usd == pytest.approx((usage.prompt_tokens + 2 * usage.completion_tokens) / 1e6)


async def test_a_broken_reply_is_asked_for_again_with_the_fault_named_and_another_seed(serve, open_model):
    server = await serve(lambda body: CALM if len(body["messages"]) > 2 else "no idea")

    reply = await open_model(server).answer(request())

    assert reply.answer.manner == "calm"
    first, second = (body for body, _ in server.bodies)
    assert "no JSON object" in second["messages"][-1]["content"]
    assert first["seed"] != second["seed"]


async def test_a_model_that_never_gives_json_fails_with_what_was_wrong(serve, open_model):
    server = await serve(lambda body: "no idea")

    with pytest.raises(AnswerError, match="3 attempts: there is no JSON object"):
        await open_model(server).answer(request())

    assert [len(body["messages"]) for body, _ in server.bodies] == [2, 4, 4]


async def test_what_was_spent_on_replies_of_no_use_is_told_with_the_error(serve, open_model):
    server = await serve(lambda body: "no idea")

    with pytest.raises(AnswerError) as caught:
        await open_model(server).answer(request())

    usage = caught.value.usage
    assert (usage.replies, len(set(usage.calls))) == (3, 3)
    assert usage.prompt_tokens > 3 * 100
    assert usage.completion_tokens > 0


async def test_a_refusal_after_a_broken_reply_costs_that_reply():
    class Wavering:
        """Gives one reply of no use, and refuses what comes after it."""

        has_spoken = False

        async def send(self, call: Call) -> Completion:
            if self.has_spoken:
                raise Refused("HTTP 400: the prompt is too long", status=400)
            self.has_spoken = True
            return Completion("no idea", prompt_tokens=20, completion_tokens=2)

        async def close(self) -> None:
            """There is nothing to close."""

    model = LanguageModel("wavering", Wavering(), limiter=RateLimiter("wavering", 1))

    with pytest.raises(AnswerError, match="too long") as caught:
        await model.answer(request())

    usage = caught.value.usage
    assert (usage.replies, usage.prompt_tokens, usage.completion_tokens) == (1, 20, 2)


async def test_a_reply_that_was_cut_off_is_asked_for_again_even_where_it_could_be_mended(serve, open_model):
    server = await serve(lambda body: CALM, faults={"cut": 0.2}, seed=3)
    model = open_model(server)

    replies = [await model.answer(request(seed)) for seed in range(12)]

    assert {reply.answer.manner for reply in replies} == {"calm"}
    assert server.stats()["by_status"]["cut"] > 0


async def test_a_reply_is_paid_once_and_then_comes_from_the_journal(serve, open_model, tmp_path: Path):
    server = await serve(lambda body: CALM)

    async with Journal(tmp_path / "journal.sqlite") as journal:
        first = await open_model(server, journal).answer(request())
        again = await open_model(server, journal).answer(request())
        other = await open_model(server, journal).answer(request(seed=4))

    assert first == again
    assert first.usage.calls != other.usage.calls
    assert server.stats()["requests"] == 2


async def test_a_call_that_two_runs_want_at_once_is_paid_once(serve, open_model, tmp_path: Path):
    server = await serve(lambda body: CALM, latency=0.05)

    async with Journal(tmp_path) as journal, Journal(tmp_path) as other:
        models = [open_model(server, journal), open_model(server, journal), open_model(server, other)]
        replies = await asyncio.gather(*(model.answer(request()) for model in models))

    assert [reply.answer.manner for reply in replies] == ["calm"] * 3
    assert len(server.bodies) == 1


async def test_the_journal_serves_with_the_server_gone(serve, open_model, tmp_path: Path):
    server = await serve(lambda body: CALM)

    async with Journal(tmp_path / "journal.sqlite") as journal:
        first = await open_model(server, journal).answer(request())
        await server.close()
        again = await open_model(server, journal).answer(request())

    assert first == again


async def test_broken_replies_are_replayed_but_forgiven_when_failures_are_retried(serve, open_model, tmp_path: Path):
    said = ["no idea"]
    server = await serve(lambda body: said[0])

    async with Journal(tmp_path / "journal.sqlite") as journal:
        for _ in range(2):
            with pytest.raises(AnswerError, match="3 attempts"):
                await open_model(server, journal).answer(request())
        said[0] = CALM
        reply = await open_model(server, journal, forgive=True).answer(request())

    assert reply.answer.manner == "calm"
    assert server.stats()["requests"] == 4


async def test_a_server_that_lets_nobody_in_is_an_endpoint_error(serve, open_model):
    server = await serve(lambda body: CALM, key="another")

    with pytest.raises(EndpointError, match="401"):
        await open_model(server).answer(request())


async def test_a_call_that_could_break_the_budget_is_not_made(serve, open_model):
    server = await serve(lambda body: CALM)

    with pytest.raises(BudgetError, match="100 tokens"):
        await open_model(server, **{"limits.max_tokens": 100}).answer(request())
    with pytest.raises(BudgetError, match="price of the model is unknown"):
        await open_model(server, **{"limits.max_cost": 1.0}).answer(request())

    assert server.stats()["requests"] == 0


async def test_a_server_without_json_schemas_is_asked_in_another_form(serve, open_model):
    server = await serve(lambda body: CALM, json_schema="object")
    model = open_model(server)

    for seed in range(3):
        await model.answer(request(seed))

    forms = [body.get("response_format", {}).get("type") for body, _ in server.bodies]
    assert forms == ["json_schema", "json_object", "json_object", "json_object"]


async def test_thoughts_never_reach_the_answer(serve, open_model):
    server = await serve(lambda body: CALM, reasoning="tags")

    reply = await open_model(server).answer(request())

    assert reply.answer.manner == "calm"


async def test_any_langchain_chat_model_can_be_plugged_in():
    settings = RunConfig()
    chat = FakeListChatModel(responses=[CALM])
    back_ends = BackEnds(settings, Meter(settings.limits), given=lambda role: chat)

    reply = await back_ends.of("user").answer(request())

    assert reply.answer.manner == "calm"
    assert reply.usage.cost_usd is None


async def test_two_chat_models_for_two_roles_are_two_and_go_by_their_own_names():
    settings = RunConfig()
    chats = {"user": FakeListChatModel(responses=[CALM], name="small"), "reviewer": FakeListChatModel(responses=[LOUD])}
    back_ends = BackEnds(settings, Meter(settings.limits), given=chats.__getitem__)

    said = [(await back_ends.of(role).answer(request())).answer.manner for role in chats]

    assert said == ["calm", "loud"]
    assert [back_ends.of(role).name for role in chats] == ["small", "FakeListChatModel"]
    assert back_ends.of("user") is back_ends.of("user")


def test_without_a_key_or_a_server_the_message_says_what_to_give(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    settings = load_config(flags={"models.default": "openai:gpt"})

    with pytest.raises(ConfigError, match="OPENAI_API_KEY, or --base-url"):
        BackEnds(settings, Meter(settings.limits)).of("user")


def test_a_name_that_stands_for_no_model_lists_those_that_do():
    settings = load_config(flags={"models.default": "oracle:delphi"})

    with pytest.raises(ConfigError, match="extractive"):
        BackEnds(settings, Meter(settings.limits)).of("user")


async def _begun(server: MockServer) -> None:
    while not server.in_flight:  # noqa: ASYNC110 (the server is not ours to add an event to)
        await asyncio.sleep(0.01)


async def test_a_reply_that_nobody_waits_for_any_more_is_kept_for_it_is_paid_for(serve, tmp_path):
    server = await serve(lambda body: CALM, latency=0.2)

    async with Journal(tmp_path / "journal.sqlite") as journal:
        settings = configuration(server)
        back_ends = BackEnds(settings, Meter(settings.limits), journal=journal)
        asking = asyncio.create_task(back_ends.of("user").answer(request()))
        await _begun(server)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await back_ends.close()
        kept = await _ask(server, journal)

    assert asking.cancelled()
    assert (kept.manner, server.requests) == ("calm", 1)


async def _ask(server: MockServer, journal: Journal) -> AssistantCast:
    settings = configuration(server)
    back_ends = BackEnds(settings, Meter(settings.limits), journal=journal)
    reply = await back_ends.of("user").answer(request())
    await back_ends.close()
    return reply.answer


async def test_a_call_that_waits_for_its_turn_is_not_made_once_nobody_wants_it(serve, tmp_path):
    server = await serve(lambda body: CALM, latency=0.2)
    settings = configuration(server, **{"limits.concurrency": 1})
    back_ends = BackEnds(settings, Meter(settings.limits))

    asking = [asyncio.create_task(back_ends.of("user").answer(request(seed))) for seed in (1, 2)]
    await _begun(server)
    asking[1].cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    await back_ends.close()

    assert server.requests == 1


async def _closed_while_five_ask(ends: BackEnds, meter: Meter, begun: Awaitable[Any], reason: R2SError) -> list[str]:
    """What comes of each call where the run is closed while the first one is out."""
    asking = [asyncio.create_task(ends.of("user").answer(request(seed))) for seed in range(5)]
    await begun
    meter.close(reason)
    ended = await asyncio.gather(*asking, return_exceptions=True)
    await ends.close()
    return [type(one).__name__ for one in ended]


async def test_a_stop_holds_for_calls_that_wait_and_a_spent_budget_has_room_for_them(serve):
    server = await serve(lambda body: CALM, latency=0.1)
    settings = configuration(server, **{"limits.concurrency": 1})

    async def ended_by(reason: R2SError) -> list[str]:
        meter = Meter(settings.limits)
        return await _closed_while_five_ask(BackEnds(settings, meter), meter, _begun(server), reason)

    assert await ended_by(StoppedError("stopped")) == ["Reply"] + 4 * ["StoppedError"]
    assert await ended_by(BudgetError("spent")) == 5 * ["Reply"]
    assert server.requests == 6


async def test_a_stop_holds_for_calls_to_a_model_of_ones_own_too():
    settings = load_config(flags={"limits.concurrency": 1})
    meter, begun = Meter(settings.limits), asyncio.Event()

    class Slow(Scripted):
        async def answer(self, request: Request[Any]) -> Any:
            begun.set()
            await asyncio.sleep(0.01)
            return await super().answer(request)

    slow = Slow({"caster": {"manner": "calm"}})
    ends = BackEnds(settings, meter, given=lambda role: slow)

    ended = await _closed_while_five_ask(ends, meter, begun.wait(), StoppedError("stopped"))

    assert ended == ["Reply"] + 4 * ["StoppedError"]
    assert len(slow.requests) == 1


async def test_who_is_stopped_at_once_waits_for_no_reply(serve):
    server = await serve(lambda body: CALM, faults={"hang": 1.0})
    settings = configuration(server)

    async def job() -> None:
        back_ends = BackEnds(settings, Meter(settings.limits))
        try:
            await back_ends.of("user").answer(request())
        finally:
            await back_ends.close()

    task = asyncio.create_task(job())
    await _begun(server)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
