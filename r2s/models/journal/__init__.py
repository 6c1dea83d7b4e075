"""The call journal: every finished call is durable before its reply is used, under the address of what was asked."""

from r2s.models.journal.journal import Journal
from r2s.models.journal.record import CallRecord, call_key, schema_name

__all__ = ["CallRecord", "Journal", "call_key", "schema_name"]
