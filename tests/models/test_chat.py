"""A language model behind a real OpenAI-compatible server on this machine."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from r2s.errors import AnswerError, ConfigError, EndpointError
from r2s.models.chat import ChatModel, open_ai
from r2s.models.names import model_by_name
from r2s.models.request import Request, Template
from r2s.trees.node import AssistantCast
from tests.conftest import lighthouse


class Server:
    """Answers chat completions with what `reply` makes of the request's body, and keeps every body."""

    def __init__(self, reply: Callable[[dict[str, Any]], str | int]) -> None:
        self.bodies: list[dict[str, Any]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.bodies.append(body)
                said = reply(body)
                status = said if isinstance(said, int) else 200
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(_completion(said, body["model"])).encode())

            def log_message(self, format: str, *args: Any) -> None:
                """Tests need no access log."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}/v1"


def _completion(said: str | int, model: str) -> dict[str, Any]:
    if isinstance(said, int):
        return {"error": {"message": "refused", "type": "test"}}
    message = {"role": "assistant", "content": said}
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"id": "1", "object": "chat.completion", "created": 0, "model": model, "choices": [choice], "usage": usage}


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Server]]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    servers: list[Server] = []

    def start(reply: Callable[[dict[str, Any]], str | int]) -> Server:
        servers.append(Server(reply))
        return servers[-1]

    yield start
    for server in servers:
        server.http.shutdown()
        server.http.server_close()


def request() -> Request[AssistantCast]:
    return Request(
        role="caster",
        speaker="caster",
        language="en",
        template=Template("the rules", "the task: {{start}}"),
        document=lighthouse(),
        transcript=(),
        fields={"start": "somebody calm"},
        answer=AssistantCast,
        seed=3,
    )


async def test_the_prompt_goes_to_the_server_and_the_reply_comes_back_with_its_usage(serve) -> None:
    server = serve(lambda body: '{"manner": "calm"}')

    reply = await open_ai("tiny", server.url).answer(request())

    assert reply.answer == AssistantCast(manner="calm")
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.cost_usd) == (11, 7, None)
    system, user = server.bodies[0]["messages"]
    assert system == {"role": "system", "content": "the rules"}
    assert user["content"].endswith("the task: somebody calm")
    assert "Skerry" in user["content"]


async def test_a_broken_reply_is_asked_for_again_with_the_fault_named_and_another_seed(serve) -> None:
    server = serve(lambda body: '{"manner": "calm"}' if len(body["messages"]) > 2 else "no idea")

    reply = await open_ai("tiny", server.url).answer(request())

    assert reply.answer.manner == "calm"
    assert reply.usage.prompt_tokens == 22
    first, second = server.bodies
    assert "no JSON object" in second["messages"][-1]["content"]
    assert first["seed"] != second["seed"]


async def test_a_model_that_never_gives_json_fails_with_what_was_wrong(serve) -> None:
    server = serve(lambda body: "no idea")

    with pytest.raises(AnswerError, match="3 attempts: there is no JSON object"):
        await open_ai("tiny", server.url).answer(request())

    assert len(server.bodies) == 3
    assert all(len(body["messages"]) <= 4 for body in server.bodies)


async def test_a_server_that_refuses_is_an_endpoint_error(serve) -> None:
    server = serve(lambda body: 401)

    with pytest.raises(EndpointError, match="401"):
        await open_ai("tiny", server.url).answer(request())


def test_without_a_key_or_a_server_the_message_says_what_to_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)

    with pytest.raises(ConfigError, match="OPENAI_API_KEY, or --base-url"):
        model_by_name("openai:gpt")


def test_a_name_that_stands_for_no_model_lists_those_that_do() -> None:
    with pytest.raises(ConfigError, match="extractive"):
        model_by_name("oracle:delphi")


async def test_any_langchain_chat_model_can_be_plugged_in() -> None:
    from langchain_core.language_models import FakeListChatModel

    model = ChatModel(FakeListChatModel(responses=['{"manner": "calm"}']), "fake")

    reply = await model.answer(request())

    assert reply.answer.manner == "calm"
    assert reply.usage.cost_usd is None
