"""The mock server, for batch endpoints."""

from tests.servers import serve  # noqa: F401
