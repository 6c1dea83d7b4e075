"""The mock server, for runs that are watched."""

from tests.servers import serve  # noqa: F401
