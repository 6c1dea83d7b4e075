"""Connections are shared within an event loop, and end when they are told to or with their loop."""

import asyncio
import gc
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from r2s.models.transport import sessions
from tests.models.transport.conftest import MESSAGES, chat_at

SERVER = Path(__file__).resolve().parents[3] / "benchmarks" / "mock_server.py"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with subprocess.Popen([sys.executable, str(SERVER)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def test_one_model_works_in_one_event_loop_after_another_and_leaves_nothing_open(url: str) -> None:
    chat = chat_at(url)
    gc.collect()  # what other tests left behind is theirs

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        texts = [asyncio.run(chat.reply_to(MESSAGES)).text for _ in range(3)]
        gc.collect()

    assert len(set(texts)) == 1
    assert [warning for warning in caught if warning.category is ResourceWarning] == []


async def test_models_share_one_session_and_a_closed_one_is_opened_anew(url: str) -> None:
    first = await sessions.session()
    await asyncio.gather(*(chat_at(url).reply_to(MESSAGES) for _ in range(5)))

    assert await sessions.session() is first
    await sessions.close()
    assert first.closed

    await chat_at(url).reply_to(MESSAGES)
    assert await sessions.session() is not first
    await sessions.close()


async def test_closing_what_was_never_opened_is_no_fault() -> None:
    await sessions.close()
    await sessions.close()
