"""Whose turn a call is, among the machines that share a database: leases of workers that say they are alive.

The database's clock counts, and no machine's own. A worker that is gone says nothing any more: his turns are free once
his time has run out.
"""

import threading
from collections.abc import Collection
from contextlib import suppress
from uuid import UUID, uuid4

from r2s.errors import JournalError
from r2s.models.journal.postgres.link import Connection, Link
from r2s.models.journal.postgres.tables import one

# Seconds that a worker who says nothing counts as alive, where the database has no setting of its own:
#     ALTER DATABASE ... SET r2s.lease_seconds = 120
LEASE_SECONDS = 60.0
BEATS = 4

_TAKE = (
    b"INSERT INTO leases (key, worker) SELECT key, %s FROM unnest(%b::bytea[]) AS key ON CONFLICT DO NOTHING "
    b"RETURNING key"
)
_RELEASE = b"DELETE FROM leases WHERE key = ANY(%b) AND worker = %s"
_LIVE = (
    b"INSERT INTO workers VALUES (%s, clock_timestamp() + make_interval(secs => %s)) "
    b"ON CONFLICT (id) DO UPDATE SET expires = excluded.expires"
)
# While the database itself was away nobody could say that he lives.
_FORGET_WORKERS = (
    b"DELETE FROM workers WHERE clock_timestamp() > "
    b"greatest(expires, pg_postmaster_start_time() + make_interval(secs => %s))"
)
_FORGET_TURNS = b"DELETE FROM leases WHERE worker NOT IN (SELECT id FROM workers)"


class Turns:
    """The turns of one worker; a thread says that he lives."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._worker: UUID = uuid4()
        self._seconds = LEASE_SECONDS
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="r2s-journal-alive", daemon=True)

    def open(self) -> None:
        """Enter as a worker."""
        self._seconds = self._link.do(_lease_seconds, patience=0)
        self._link.do(self._say, patience=0)
        self._thread.start()

    def close(self) -> None:
        """Leave, with all turns given back."""
        self._ends.set()
        if self._thread.is_alive():
            self._thread.join()
            with suppress(JournalError):
                self._link.do(self._leave, patience=0)

    def take(self, keys: Collection[str]) -> set[str]:
        """Those of the calls that nobody is making; now we are."""
        # In one order for all, so that no two wait for each other.
        wanted = [bytes.fromhex(key) for key in sorted(keys)]
        if not wanted:
            return set()
        taken = self._link.do(
            lambda connection: connection.execute(_TAKE, (self._worker, wanted), binary=True).fetchall()
        )
        return {key.hex() for (key,) in taken}

    def release(self, keys: Collection[str]) -> None:
        """Let others have those that are ours."""
        if keys:
            self._link.do(lambda connection: self.end(connection, keys))

    def end(self, connection: Connection, keys: Collection[str]) -> None:
        """The same within a transaction."""
        connection.execute(_RELEASE, ([bytes.fromhex(key) for key in keys], self._worker))

    def _go_on(self) -> None:
        while not self._ends.wait(self._seconds / BEATS):
            # A beat that is missed is made up for by the next.
            with suppress(JournalError):
                self._link.do(self._say, patience=0)

    def _say(self, connection: Connection) -> None:
        """We live; who has not said so for too long does not, and his turns are free."""
        connection.execute(_LIVE, (self._worker, self._seconds))
        connection.execute(_FORGET_WORKERS, (self._seconds,))
        connection.execute(_FORGET_TURNS)

    def _leave(self, connection: Connection) -> None:
        connection.execute(b"DELETE FROM leases WHERE worker = %s", (self._worker,))
        connection.execute(b"DELETE FROM workers WHERE id = %s", (self._worker,))


def _lease_seconds(connection: Connection) -> float:
    said = one(connection, "SELECT nullif(current_setting('r2s.lease_seconds', true), '')::float")
    return said or LEASE_SECONDS
