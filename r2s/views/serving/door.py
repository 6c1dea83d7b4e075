"""Who may ask: what every request has to pass before anything is looked at.

A page of another site may neither read nor change anything here, also not by a name that it makes stand for this
machine (DNS rebinding): the names that a request may call the server by are known, and whatever changes something has
to come from a page of ours, with the key that only our pages hold. Where others can reach the port, they need a token.
"""

import hashlib
import hmac
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

KEY_HEADER = "X-R2S-Key"
TOKEN_FIELD = "token"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class RefusedError(Exception):
    """A request that is not let in; the message says why, and nothing else."""


@dataclass(frozen=True)
class Door:
    """What is asked of a request to a server that listens at `host`.

    `key` is in our pages, and every request that changes something has to bring it. `token` is asked of everybody where
    there is one; whoever brought it in an address keeps it in a cookie.
    """

    host: str
    token: str | None = field(default=None, repr=False)
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds the token: browsers keep one jar for all ports of a machine."""
        return f"r2s-{hashlib.blake2s((self.token or '').encode(), digest_size=4).hexdigest()}"

    def check_name(self, headers: Mapping[str, str]) -> None:
        """Raise `RefusedError` where a request calls us by a name that is not ours, or comes from another site."""
        host = headers.get("Host", "")
        if not self._is_ours(_name_in(host)):
            raise RefusedError("this server does not answer to that name")
        if headers.get("Origin", _origin(host)) != _origin(host):
            raise RefusedError("this request comes from the page of another site")

    def check_change(self, headers: Mapping[str, str]) -> None:
        """Raise `RefusedError` where a request that changes something does not come from one of our pages."""
        if "Origin" not in headers:
            raise RefusedError("a change has to come from a page of this server")
        if not _same(headers.get(KEY_HEADER, ""), self.key):
            raise RefusedError("this page is of an earlier server; load it again")

    def knows(self, token: str | None) -> bool:
        """Whether somebody may come in with this token, or with none."""
        return self.token is None or (token is not None and _same(token, self.token))

    def _is_ours(self, name: str) -> bool:
        if is_loopback(self.host):
            return name in LOOPBACK | {self.host}
        own = socket.gethostname().lower()
        return name in LOOPBACK | {self.host.lower(), own} or name.startswith(f"{own}.") or _is_address(name)


def door_at(host: str, *, needs_token: bool = False) -> Door:
    """The door of a server at `host`: with a token where others than this machine can knock, or where one is wanted."""
    return Door(host, secrets.token_urlsafe(24) if needs_token or not is_loopback(host) else None)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def _name_in(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _origin(host: str) -> str:
    return f"http://{host}"


def _is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


def _same(given: str, known: str) -> bool:
    """In a time that does not tell how far they agree."""
    return hmac.compare_digest(given.encode(errors="surrogateescape"), known.encode())
