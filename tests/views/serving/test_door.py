"""Who is let in, asked of a real server: names, origins, keys, tokens, sizes, and what cannot be fetched at all."""

import json
import logging
import socket
from pathlib import Path

import pytest

from tests.views.serving.conftest import Serve, Served
from tests.views.test_static import named, run_of

FORK = {"tree": "t", "node": "a1"}
SECRET = "Skerry"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tree,) = named("t")
    document = tree.document.model_copy(update={"title": SECRET})
    return run_of(tmp_path / "run", [tree.model_copy(update={"document": document})])


@pytest.fixture
def served(serve: Serve, run: Path) -> Served:
    return serve(run)


def said_to(served: Served, raw: bytes) -> bytes:
    """What the server answers to these very bytes."""
    with socket.create_connection(("127.0.0.1", served.server.port), timeout=10) as connection:
        connection.sendall(raw)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:1", "localhost:9000", "[::1]:80"])
def test_whoever_calls_this_machine_by_a_name_of_its_own_is_let_in(served: Served, host: str) -> None:
    assert served.get(headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "0.0.0.0",
        "192.168.0.1",
        "[::1",
        "@",
        "x y",
    ],
)
def test_a_name_that_an_attacker_makes_stand_for_this_machine_is_not_answered(served: Served, host: str) -> None:
    answer = served.get(headers={"Host": host})

    assert answer.status in (400, 403)
    assert SECRET not in answer.body


@pytest.mark.parametrize("head", [b"GET / HTTP/1.0", b"GET / HTTP/1.1\r\nHost:", b"GET / HTTP/1.1\r\nHost: @:@"])
def test_a_request_to_nobody_is_not_answered(served: Served, head: bytes) -> None:
    answer = said_to(served, head + b"\r\nConnection: close\r\n\r\n")

    assert answer.split()[1] in (b"400", b"403")
    assert SECRET.encode() not in answer


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"])
def test_pages_of_other_sites_may_neither_read_nor_change_anything(served: Served, origin: str) -> None:
    answers = served.get("/changes", {"Origin": origin}), served.post("/fork/outlook", FORK, {"Origin": origin})

    assert [answer.status for answer in answers] == [403, 403]
    assert "another site" in answers[0].data["error"]


@pytest.mark.parametrize("headers", [{"Origin": ""}, {"X-R2S-Key": ""}, {"X-R2S-Key": "wrong"}, {"X-R2S-Key": "ä"}])
def test_a_change_comes_from_a_page_of_this_server_and_brings_its_key(served: Served, headers: dict[str, str]) -> None:
    assert served.post("/fork/outlook", FORK, headers).status == 403
    assert served.post("/fork/outlook", FORK).status == 200


def test_the_key_of_another_server_of_the_same_run_is_of_no_use(serve: Serve, run: Path) -> None:
    first, second = serve(run), serve(run)

    answer = second.post("/fork/outlook", FORK, {"X-R2S-Key": first.site.door.key})

    assert answer.status == 403
    assert "load it again" in answer.data["error"]


def test_where_others_can_knock_nothing_is_shown_without_the_token(serve: Serve, run: Path) -> None:
    served = serve(run, "0.0.0.0")
    token = served.site.door.token
    assert token
    assert f"token={token}" in served.server.url

    strangers = [
        served.get("/"),
        served.get("/changes"),
        served.get("/?token=wrong"),
        served.get("/?token=%C3%A4"),
        served.get(f"/changes?token={token}"),
        served.get("/", {"Cookie": f"{served.site.door.cookie}=wrong"}),
        served.post("/fork/outlook", FORK),
    ]

    assert {answer.status for answer in strangers} == {401}
    assert not any(SECRET in answer.body or token in answer.body for answer in strangers)


def test_the_token_is_kept_in_a_cookie_that_no_script_and_no_other_site_sees(serve: Serve, run: Path) -> None:
    served = serve(run, needs_token=True)
    token = served.site.door.token or ""

    welcome = served.get(f"/?token={token}")

    name, *attributes = welcome.headers["Set-Cookie"].split("; ")
    assert name == f"{served.site.door.cookie}={token}"
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {*attributes}
    assert token is not None
    assert token not in welcome.body
    assert SECRET in served.get("/", {"Cookie": name}).body


def test_a_server_for_others_answers_to_addresses_and_to_its_machine_and_to_no_other_name(
    serve: Serve, run: Path
) -> None:
    served = serve(run, "0.0.0.0")
    cookie = {"Cookie": f"{served.site.door.cookie}={served.site.door.token}"}

    known = [served.get(headers=cookie | {"Host": host}).status for host in ("192.168.0.7:80", socket.gethostname())]

    assert known == [200, 200]
    assert served.get(headers=cookie | {"Host": "evil.example"}).status == 403


def test_no_secret_is_logged_or_shown_in_what_python_prints(serve: Serve, run: Path, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    served = serve(run, needs_token=True)

    served.get(f"/?token={served.site.door.token}")
    served.get(f"/trees/none.html?token={served.site.door.token}")

    told = caplog.text + repr(served.site)
    assert (served.site.door.token or "none") not in told
    assert served.site.door.key not in told


def test_every_answer_keeps_browsers_from_keeping_framing_and_guessing(served: Served) -> None:
    answers = [
        served.get("/"),
        served.get("/changes"),
        served.get("/trees/t.html"),
        served.get("/nothing"),
        served.get("/", {"Host": "evil.example"}),
        served.ask("DELETE", "/", {"Origin": served.url.rstrip("/"), "X-R2S-Key": served.site.door.key}),
        served.post("/fork/outlook", {"text": "x" * 300_000}),
    ]

    assert [answer.status for answer in answers] == [200, 200, 200, 404, 403, 405, 413]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Server"] == "r2s"


def test_only_pages_of_a_server_may_ask_and_only_their_own(served: Served) -> None:
    page = served.get("/")

    policy = page.headers["Content-Security-Policy"]
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert f'content="{policy.removesuffix("; frame-ancestors " + chr(39) + "none" + chr(39))}"' in page.body


@pytest.mark.parametrize(
    "path",
    [
        "/manifest.json",
        "/trees.jsonl",
        "/../run/manifest.json",
        "/trees/../manifest.json",
        "/trees/..%2fmanifest.json",
        "/trees/%2e%2e/manifest.json",
        "/trees/manifest.json",
        "//etc/passwd",
        "/trees/%00",
        "/journal.sqlite",
    ],
)
def test_no_file_of_the_run_or_of_the_machine_can_be_fetched(served: Served, path: str) -> None:
    answer = said_to(served, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())

    assert answer.split()[1] in (b"400", b"404")
    assert SECRET.encode() not in answer
    assert b'"seed"' not in answer


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"no json", "Invalid JSON"),
        (b"[" * 9000, "Invalid JSON"),
        ({**FORK, "run": "/etc"}, "run: Extra inputs"),
        ({**FORK, "reviewers": -1}, "reviewers"),
        ({**FORK, "say": "x" * 30_000}, "say"),
    ],
)
def test_a_request_of_another_shape_is_refused_in_words(served: Served, body, said: str) -> None:
    answer = served.post("/fork/outlook", body)

    assert answer.status == 422
    assert said in answer.data["error"]


def test_forms_of_other_kinds_are_refused(served: Served) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = served.post("/fork/outlook", json.dumps(FORK).encode(), {"Content-Type": kind})

        assert (answer.status, answer.data["error"]) == (422, "a request has to be JSON")
