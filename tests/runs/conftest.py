"""The mock server and a database server, for runs."""

from tests.postgres import database, postgres  # noqa: F401
from tests.servers import serve  # noqa: F401
