"""One connection to the database, made anew where it breaks: what was being done is done again from its start."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict

from r2s.errors import JournalError, JournalLostError
from r2s.models.journal.address import DatabaseAddress

log = logging.getLogger(__name__)

Connection = psycopg.Connection[tuple[Any, ...]]
Result = TypeVar("Result")

# Seconds for which a database that is gone is waited for: a restart takes a few, a failover most of a minute.
PATIENCE = 60.0
FIRST_WAIT, LAST_WAIT = 0.1, 2.0
# A network that is cut is found out within half a minute, and not when the system gives the connection up.
DEFAULTS: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "client_encoding": "utf8",
    "application_name": "r2s",
}
_TRANSIENT = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


def connect(address: DatabaseAddress) -> Connection:
    """A connection where each statement is a transaction of its own; raises `JournalLostError` without the password."""
    try:
        return psycopg.connect(**{**DEFAULTS, **conninfo_to_dict(address.url)}, autocommit=True)
    except psycopg.Error as error:
        raise JournalLostError(
            f"{address}: the journal's database does not let us in: {address.clean(error)}"
        ) from None


class Link:
    """A connection that threads share; `prepare` is done with each new one."""

    def __init__(
        self, address: DatabaseAddress, prepare: Callable[[Connection], object], patience: float = PATIENCE
    ) -> None:
        self.address, self._prepare, self._patience = address, prepare, patience
        self._turn = threading.Lock()
        self._connection: Connection | None = None
        # Since when nothing has gone through, where nothing does.
        self._lost: float | None = None

    def do(self, work: Callable[[Connection], Result], patience: float | None = None) -> Result:
        """The result of `work`, which may be begun more than once: what it changes must be one transaction.

        Raises `JournalLostError` where the database has been gone for `patience` seconds, whoever missed it first.
        """
        patience, wait = self._patience if patience is None else patience, FIRST_WAIT
        while True:
            try:
                result = self._try(work)
                self._lost = None
                return result
            except JournalLostError as error:
                if self._lost is None:
                    self._lost = time.monotonic()
                    log.warning("%s; it is tried again for %.0f seconds", error, patience)
                if time.monotonic() + wait > self._lost + patience:
                    raise
            time.sleep(wait)
            wait = min(2 * wait, LAST_WAIT)

    def close(self) -> None:
        """Give the connection back."""
        with self._turn:
            self._drop()

    def _try(self, work: Callable[[Connection], Result]) -> Result:
        with self._turn:
            try:
                return work(self._connected())
            except _TRANSIENT as error:
                raise JournalLostError(self._said(error)) from None
            except psycopg.Error as error:
                is_lost = self._connection is None or self._connection.closed or _is_shutdown(error)
                self._drop()
                raise (JournalLostError if is_lost else JournalError)(self._said(error)) from None

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = connect(self.address)
            self._prepare(self._connection)
        return self._connection

    def _said(self, error: psycopg.Error) -> str:
        return f"{self.address}: the journal's database says: {self.address.clean(error)}"

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _is_shutdown(error: psycopg.Error) -> bool:
    """Whether the server says that it ends, or that it only begins; the connection may not have noticed yet."""
    return (error.sqlstate or "").startswith(("57P", "08"))
