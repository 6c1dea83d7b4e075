"""Where chat completions are asked for, as whom, and what comes of it: a JSON object or a typed failure."""

import base64
import functools
import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from multidict import CIMultiDict
from yarl import URL

from r2s.errors import ConfigError
from r2s.models.failures import Failure, TimedOut, Transient, Unreachable, failure_of
from r2s.models.transport.sessions import session

# What stands in for a key where a server of one's own needs none: no secret, and too common a word to black out.
_NO_SECRETS = ("", "none", "EMPTY", "not-needed")

# Bytes, unpacked; the longest of real replies have some hundred thousand.
LARGEST_REPLY = 32 << 20


@dataclass(frozen=True)
class Endpoint:
    """A server's address and our credentials with it; neither `str` nor any failure shows the credentials."""

    url: URL
    headers: CIMultiDict[str] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    proxy: str | None = field(default=None, repr=False)

    @classmethod
    def at(cls, base_url: str, key: str, headers: Mapping[str, str], proxy: str | None = None) -> "Endpoint":
        """The chat completions of a server; as for httpx, a user name in the address counts more than the key."""
        address, key = address_of(base_url), key.strip()
        authorization = f"Basic {_basic(address)}" if address.user else f"Bearer {key}"
        url = address.with_user(None)
        every = {"Content-Type": "application/json", "Authorization": authorization, **headers}
        secrets = (key, address.password or "", authorization.partition(" ")[2])
        found = tuple(secret for secret in secrets if secret not in _NO_SECRETS)
        return cls(url / "chat/completions", CIMultiDict(every), found, proxy or _proxy_for(url))

    async def post(self, payload: Mapping[str, Any], patience: aiohttp.ClientTimeout, **more: Any) -> dict[str, Any]:
        """The server's JSON object; raises a `Failure` where none comes."""
        try:
            return await self._post(payload, patience, **more)
        except aiohttp.ConnectionTimeoutError:
            raise self._named(Unreachable(f"no connection in {patience.sock_connect:g} s")) from None
        except TimeoutError:
            raise self._named(TimedOut(f"no reply in {patience.total:g} s")) from None
        except (aiohttp.ClientError, OSError) as error:
            raise self._named(Unreachable(f"{type(error).__name__}: {error}")) from None

    async def _post(
        self,
        payload: Mapping[str, Any],
        patience: aiohttp.ClientTimeout,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        response = await (await session()).post(
            self.url.update_query(query) if query else self.url,
            data=orjson.dumps(payload, option=orjson.OPT_NON_STR_KEYS),
            headers={**self.headers, **headers} if headers else self.headers,
            timeout=patience,
            proxy=self.proxy,
            ssl=_certificates() if self.url.scheme == "https" else True,
        )
        async with response:
            body = await self._read(response)
        if response.status >= 400:
            raise self._named(failure_of(response.status, response.headers, body))
        return self._completion(response.status, body)

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        """The body, unpacked; raises `Transient` where it grows beyond what any reply can be."""
        body = bytearray()
        async for block in response.content.iter_any():
            body += block
            if len(body) > LARGEST_REPLY:
                response.close()
                raise self._named(Transient(f"a reply of more than {LARGEST_REPLY:,} bytes", status=response.status))
        return bytes(body)

    def _completion(self, status: int, body: bytes) -> dict[str, Any]:
        """A chat completion; gateways also send errors, or a web page, under a status of success."""
        try:
            read = orjson.loads(body)
        except orjson.JSONDecodeError:
            read = None
        if isinstance(read, dict) and read.get("choices"):
            return read
        if isinstance(read, dict) and isinstance(error := read.get("error"), dict):
            code = error.get("code")
            raise self._named(failure_of(code if isinstance(code, int) and code >= 400 else 500, {}, body))
        start = " ".join(body[:200].decode(errors="replace").split())
        raise self._named(Transient(f"HTTP {status}, but no chat completion: {start!r}", status=status))

    def _named(self, failure: Failure) -> Failure:
        """The failure with the server's name before it and without our credentials in it."""
        text = str(failure)
        for secret in self.secrets:
            text = text.replace(secret, "***")
        failure.args = (f"{self.url.with_query(None)}: {text}",)
        return failure


def _basic(address: URL) -> str:
    return base64.b64encode(f"{address.user}:{address.password or ''}".encode()).decode()


def address_of(url: str) -> URL:
    """The address of a server; raises `ConfigError` where it is none."""
    try:
        address = URL(url)
    except ValueError:
        address = URL()
    if not address.host or address.scheme not in ("http", "https"):
        raise ConfigError(f"{bare(url)} is no address of a server; give one such as http://localhost:8000/v1")
    return address


def bare(url: str) -> str:
    """An address without user name, password and query, fit to be shown and stored."""
    try:
        return str(URL(url).with_user(None).with_query(None))
    except ValueError:
        return url.rpartition("@")[2].partition("?")[0]


def _proxy_for(url: URL) -> str | None:
    """The proxy that the environment names, looked up once: aiohttp would read the environment at every call."""
    if urllib.request.proxy_bypass(url.host or ""):
        return None
    found = urllib.request.getproxies()
    return found.get(url.scheme) or found.get("all")


@functools.cache
def _certificates() -> ssl.SSLContext:
    """The system's certificates and certifi's, for machines that have none."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
