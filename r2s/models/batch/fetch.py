"""Fetching what a batch endpoint has answered, into the journal; what is not finished is left for the next time."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from openai.types import Batch

from r2s.models.batch.endpoint import BatchEndpoint
from r2s.models.batch.files import keys_in
from r2s.models.batch.submissions import Submission, Submissions, submissions_of
from r2s.models.journal.address import Where, address_of
from r2s.models.journal.replies import Imported, import_replies


@dataclass(frozen=True)
class Fetched:
    """What was taken in, the batches that ended just now, and those that are still under way."""

    imported: Imported
    ended: list[Submission]
    under_way: list[Submission]


def fetch(folder: Path, endpoint: BatchEndpoint, journal: Where) -> Fetched:
    """Look at every batch that has not been fetched, and take in the replies of those that have ended."""
    done = Fetched(Imported(str(address_of(journal))), [], [])
    with submissions_of(folder) as known:
        for entry in [entry for entry in known.entries if entry.batch_id and not entry.fetched]:
            batch = _look(known, entry, endpoint)
            if not entry.has_ended:
                done.under_way.append(entry)
                continue
            for file in _download(known, entry, batch, endpoint):
                done.imported.add(import_replies(journal, file, keys_in([known.file(entry, "submitted")])))
            entry.fetched = True
            known.save()
            done.ended.append(entry)
    return done


def _look(known: Submissions, entry: Submission, endpoint: BatchEndpoint) -> Batch:
    """The batch as it stands, which is remembered."""
    endpoint.check_asked(entry.server)
    batch = endpoint.look(str(entry.batch_id))
    counts, errors = batch.request_counts, batch.errors
    entry.status = batch.status
    entry.completed, entry.failed = (counts.completed, counts.failed) if counts else (0, 0)
    problems = (error.message for error in errors.data or []) if errors else ()
    entry.problem = "; ".join(problem for problem in problems if problem)[:500]
    known.save()
    return batch


def _download(known: Submissions, entry: Submission, batch: Batch, endpoint: BatchEndpoint) -> Iterable[Path]:
    """The files of an ended batch: replies, and calls that failed or expired."""
    for kind, file_id in (("replies", batch.output_file_id), ("errors", batch.error_file_id)):
        if file_id:
            file = known.file(entry, kind)
            endpoint.download(file_id, file)
            yield file
