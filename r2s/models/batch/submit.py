"""Submitting what is wanted to a batch endpoint: each request once, however often it is asked to."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from r2s.errors import ConfigError
from r2s.models.batch.address import ANYBODY
from r2s.models.batch.endpoint import BatchEndpoint
from r2s.models.batch.files import BatchRequest, keys_in, read_requests, replace_file, request_files
from r2s.models.batch.submissions import Submission, Submissions, submissions_of


@dataclass(frozen=True)
class Submitted:
    """The batches that were begun, and how many requests needed none: still with the server, or answered already."""

    begun: list[Submission]
    with_the_server: int
    answered: int


def submit(folder: Path, endpoint: BatchEndpoint, *, model: str | None = None, window: str = "24h") -> Submitted:
    """Begin a batch for each request file; `model` answers the requests that name none."""
    with submissions_of(folder) as known:
        for entry in [entry for entry in known.entries if entry.batch_id is None]:
            _adopt_or_drop(known, entry, endpoint)
        pending, answered = known.with_the_server(), known.answered()
        wanted = keys_in(request_files(folder))
        files = _fresh(folder, pending | answered)
        _check(model, {request.body["model"] for requests in files for request in requests})
        begun = [_begin(known, requests, model, endpoint, window) for requests in files if requests]
        return Submitted(begun, len(wanted & pending), len(wanted & answered))


def _fresh(folder: Path, seen: set[str]) -> list[list[BatchRequest]]:
    """The requests of each file that nobody has been asked yet; a run that was killed may leave one in two files."""
    files: list[list[BatchRequest]] = []
    for file in request_files(folder):
        files.append([request for request in read_requests(file) if request.custom_id not in seen])
        seen = seen | {request.custom_id for request in files[-1]}
    return files


def _check(model: str | None, named: Collection[str]) -> None:
    """Raise `ConfigError` where it is not clear who is to answer."""
    if ANYBODY in named and not model:
        raise ConfigError("the requests name no model; say which is to answer: r2s batch submit DIR --model NAME")
    if named and ANYBODY not in named and model and named != {model}:
        raise ConfigError(f"the requests are for {', '.join(sorted(named))}, as the run says; leave --model out")


def _begin(
    known: Submissions, requests: list[BatchRequest], model: str | None, endpoint: BatchEndpoint, window: str
) -> Submission:
    """One batch; each step is remembered before the next, so that it can be taken up where it was interrupted."""
    for request in requests:
        if request.body["model"] == ANYBODY:
            request.body["model"] = model
    entry = known.begin(requests[0].body["model"], len(requests), endpoint.server)
    file = known.file(entry, "submitted")
    replace_file(file, (request.line for request in requests))
    entry.file_id = endpoint.upload(file)
    known.save()
    batch = endpoint.create(entry.file_id, window)
    entry.batch_id, entry.status = batch.id, batch.status
    known.save()
    return entry


def _adopt_or_drop(known: Submissions, entry: Submission, endpoint: BatchEndpoint) -> None:
    """Settle a submission that was interrupted: its batch may have begun without our having heard of it."""
    endpoint.check_asked(entry.server)
    batch = endpoint.find(entry.file_id) if entry.file_id else None
    if batch is None:
        return known.drop(entry)
    entry.batch_id, entry.status = batch.id, batch.status
    known.save()
