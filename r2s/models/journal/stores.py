"""The store behind an address."""

from importlib.util import find_spec
from pathlib import Path

from r2s.errors import ConfigError
from r2s.models.journal.address import Where, address_of
from r2s.models.journal.sqlite.store import SqliteStore
from r2s.models.journal.store import Store


def store_at(where: Where) -> Store:
    """The store of a journal, not yet open; raises `ConfigError` where the driver it needs is missing."""
    address = address_of(where)
    if isinstance(address, Path):
        return SqliteStore(address)
    if find_spec("psycopg") is None:
        raise ConfigError(
            "a journal in PostgreSQL needs psycopg; install it with: pip install 'r2s-dialogues[postgres]'"
        )
    from r2s.models.journal.postgres.store import PostgresStore

    return PostgresStore(address)
