"""What a server does wrong becomes a failure of the right kind, and no failure tells a secret."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from r2s.errors import ConfigError, EndpointError
from r2s.models.failures import LockedOut, Overloaded, Refused, TimedOut, Transient, Unreachable
from tests.models.transport.conftest import KEY, MESSAGES, chat_at


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("429", Overloaded),
        ("503", Overloaded),
        ("500", Transient),
        ("502", Unreachable),
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

    with pytest.raises(LockedOut, match="HTTP 401: Incorrect API key") as caught:
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


async def test_an_address_without_a_host_says_how_one_looks() -> None:
    with pytest.raises(ConfigError, match="http://localhost:8000/v1"):
        await chat_at("localhost").reply_to(MESSAGES)
