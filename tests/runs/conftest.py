"""The mock server, for runs."""

from tests.servers import serve  # noqa: F401
