"""The call journal: every finished call is on disk before its reply is used, under the address of what was asked."""

from r2s.models.journal.record import CallRecord, call_key, schema_name
from r2s.models.journal.sqlite import SqliteJournal

__all__ = ["CallRecord", "SqliteJournal", "call_key", "schema_name"]
