"""Every way in which a call can fail has a type of its own, and no failure tells a secret."""

import asyncio
from email.utils import formatdate
from time import time
from typing import Any

import orjson
import pytest
from aiohttp import web

from r2s.errors import ConfigError, EndpointError
from r2s.models.transport.failures import Overloaded, Refused, ServerFault, TimedOut, Unreachable, failure_of
from tests.models.transport.conftest import KEY, MESSAGES, chat_at


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("429", Overloaded),
        ("503", Overloaded),
        ("500", ServerFault),
        ("502", ServerFault),
        ("reset", Unreachable),
    ],
)
async def test_each_fault_of_a_server_has_its_type(serve, fault: str, kind: type[EndpointError]) -> None:
    server = await serve(faults={fault: 1.0}, retry_after=2.5)

    with pytest.raises(kind) as caught:
        await chat_at(server.url).reply_to(MESSAGES)

    failure: Any = caught.value
    assert failure.status == (int(fault) if fault.isdigit() else None)
    assert failure.retry_after == (2.5 if kind is Overloaded else None)


async def test_a_server_that_hangs_is_a_time_out_and_is_hung_up_on(serve) -> None:
    server = await serve(faults={"hang": 1.0})

    with pytest.raises(TimedOut, match=r"no reply in 0\.2 s") as caught:
        await chat_at(server.url, timeout=0.2).reply_to(MESSAGES)

    await asyncio.sleep(0.1)
    assert caught.value.kind == "timed-out"
    assert server.in_flight == 0


async def test_a_server_that_is_not_there_is_unreachable(serve) -> None:
    server = await serve()
    await server.close()

    with pytest.raises(Unreachable, match=server.url):
        await chat_at(server.url).reply_to(MESSAGES)


async def test_a_wrong_key_is_refused_and_not_told(serve) -> None:
    server = await serve(key="another")

    with pytest.raises(Refused, match="HTTP 401: Incorrect API key") as caught:
        await chat_at(server.url).reply_to(MESSAGES)

    assert caught.value.status == 401
    assert KEY not in f"{caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, f'{{"error": {{"message": "Incorrect API key: {KEY}"}}}}'),
        (500, f"<html>Bearer {KEY} dGVhY2hlcjpwYTU1d29yZA== pa55word</html>"),
        (200, f"no JSON but {KEY}"),
        (200, f'{{"error": {{"code": 400, "message": "{KEY} pa55word"}}}}'),
    ],
)
async def test_what_a_server_says_of_our_credentials_is_blacked_out(serve, status: int, body: str) -> None:
    async def tell(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status, text=body)

    runner = web.ServerRunner(web.Server(tell))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"127.0.0.1:{runner.addresses[0][1]}/v1"

    texts = []
    for url in (f"http://{address}", f"http://teacher:pa55word@{address}"):
        with pytest.raises(EndpointError) as caught:
            await chat_at(url).reply_to(MESSAGES)
        texts.append(f"{caught.value} {caught.value!r}")
    await runner.cleanup()

    assert KEY not in "".join(texts)
    assert "pa55word" not in texts[1]
    assert "dGVhY2hlcjpwYTU1d29yZA==" not in texts[1]


async def test_a_web_page_in_place_of_a_reply_is_the_servers_fault(serve) -> None:
    server = await serve()

    with pytest.raises(Refused, match="HTTP 404"):
        await chat_at(server.url.removesuffix("/v1") + "/elsewhere").reply_to(MESSAGES)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Refused),
        (401, Refused),
        (403, Refused),
        (404, Refused),
        (422, Refused),
        (408, TimedOut),
        (504, TimedOut),
        (529, Overloaded),
        (501, ServerFault),
    ],
)
def test_a_status_stands_for_a_kind_of_failure(status: int, kind: type[EndpointError]) -> None:
    assert type(failure_of(status, {}, b"")) is kind


def test_a_used_up_quota_is_no_overload() -> None:
    body = orjson.dumps({"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}})

    assert isinstance(failure_of(429, {"Retry-After": "1"}, body), Refused)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after-ms": "250", "Retry-After": "1"}, 0.25),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-3"}, None),
        ({}, None),
    ],
)
def test_the_time_to_wait_is_read_however_it_is_given(headers: dict[str, str], seconds: float | None) -> None:
    assert failure_of(429, headers, b"").retry_after == seconds


def test_a_time_to_wait_until_is_counted_from_now() -> None:
    until = formatdate(time() + 60, usegmt=True)

    assert failure_of(503, {"Retry-After": until}, b"").retry_after == pytest.approx(60, abs=5)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": {"message": "too long"}}', "too long"),
        (b'{"error": "too long"}', "too long"),
        (b'{"object": "error", "message": "too long"}', "too long"),
        (b'{"detail": [{"loc": ["body", "response_format"], "msg": "extra"}]}', "response_format"),
        (b"<html>\n  Bad   Gateway </html>", "Bad Gateway"),
        (b"", "HTTP 400"),
    ],
)
def test_what_the_server_says_is_found_in_every_shape(body: bytes, said: str) -> None:
    assert said in str(failure_of(400, {}, body))


async def test_an_address_without_a_host_says_how_one_looks() -> None:
    with pytest.raises(ConfigError, match="http://localhost:8000/v1"):
        await chat_at("localhost").reply_to(MESSAGES)
