"""The versions of a journal's tables: made and brought up to date step by step, never read by an older R2S."""

from r2s.errors import JournalError


def check_not_later(where: object, version: int, newest: int) -> None:
    """Raise `JournalError` where a journal's tables are of a version that this R2S does not know."""
    if version > newest:
        raise JournalError(
            f"{where} was written by a later R2S (journal version {version}, this one reads {newest}); "
            "use that R2S, or another journal with --journal"
        )


def check_not_earlier(where: object, version: int, newest: int) -> None:
    """Raise `JournalError` where tables cannot be brought up to date because an earlier R2S uses them."""
    if version < newest:
        raise JournalError(
            f"{where} is in use by an earlier R2S (journal version {version}, this one writes {newest}); "
            "wait until its runs have ended"
        )
