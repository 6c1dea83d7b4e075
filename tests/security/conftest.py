"""Reading, and the mock server, for the tests of security."""

from tests.documents.conftest import reading  # noqa: F401
from tests.servers import serve  # noqa: F401
