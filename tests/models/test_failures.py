"""What a server's refusal says is read alike, whoever made the call."""

from email.utils import formatdate
from time import time

import orjson
import pytest

from r2s.errors import EndpointError
from r2s.models.failures import (
    Failure,
    LockedOut,
    Overloaded,
    Refused,
    TimedOut,
    Transient,
    Unreachable,
    failure_of,
)


@pytest.mark.parametrize(
    ("statuses", "kind"),
    [
        ((429, 503, 529), Overloaded),
        ((408, 504, 524), TimedOut),
        ((502, 520, 521, 530), Unreachable),
        ((409, 425, 500, 501), Transient),
        ((400, 404, 422), Refused),
        ((401, 402, 403), LockedOut),
    ],
)
def test_a_status_stands_for_a_kind_of_failure(statuses: tuple[int, ...], kind: type[Failure]) -> None:
    failures = [failure_of(status, {}, b"") for status in statuses]

    assert {type(failure) for failure in failures} == {kind}
    assert tuple(failure.status for failure in failures) == statuses


def test_a_reply_that_is_late_is_taken_for_overload_and_every_failure_is_one_of_the_endpoint() -> None:
    assert issubclass(TimedOut, Overloaded)
    assert issubclass(LockedOut, Refused)
    assert issubclass(Failure, EndpointError)


@pytest.mark.parametrize(
    "body",
    [
        orjson.dumps({"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}),
        orjson.dumps({"error": {"message": "no more", "type": "billing_hard_limit_reached", "code": None}}),
        b"Error code: 429 - {'error': {'code': 'insufficient_quota'}}",
    ],
)
def test_an_account_without_credit_is_no_overload(body: bytes) -> None:
    failure = failure_of(429, {"Retry-After": "1"}, body)

    assert isinstance(failure, LockedOut)
    assert failure.status == 429


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "Retry-After": "1"}, 0.25),
        ({"retry-after-ms": "nan", "Retry-After": "1"}, 1.0),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"Retry-After": "-3"}, 0.0),
        *(({"Retry-After": said}, None) for said in ("", "soon", "inf", "nan", "1e300")),
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
        (b'{"error": {"message": "too long"}}', "HTTP 400: too long"),
        (b'{"error": "too long"}', "HTTP 400: too long"),
        (b'{"object": "error", "message": "too long"}', "HTTP 400: too long"),
        (b'{"detail": [{"loc": ["body", "response_format"], "msg": "extra"}]}', "response_format"),
        (b"<html>\n  Bad   Gateway </html>", "Bad Gateway"),
        (b"\xff\xfe", "HTTP 400: "),
        (b"", "HTTP 400"),
    ],
)
def test_what_the_server_says_is_found_in_every_shape(body: bytes, said: str) -> None:
    assert said in str(failure_of(400, {}, body))


def test_a_long_page_is_not_quoted_whole() -> None:
    assert len(str(failure_of(500, {}, b"x" * 100_000))) < 1100
