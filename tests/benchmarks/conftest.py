"""The mock server, for benchmarks."""

from tests.servers import serve  # noqa: F401
