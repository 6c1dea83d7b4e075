"""What a run waits for: the requests that its dialogues cannot go on without, and what to do with them."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from r2s.models.batch.address import ANYBODY
from r2s.models.batch.files import keys_in
from r2s.models.batch.wanted import WantedRequests
from r2s.models.journal.address import Where, address_of
from r2s.runs.directory import RunDirectory


@dataclass(frozen=True)
class Waiting:
    """So many dialogues wait for the replies to so many requests, in these files; `next` are commands to go on by."""

    dialogues: int
    requests: int
    files: list[str]
    next: list[str]

    @property
    def message(self) -> str:
        """What there is to do, in one line."""
        where = self.files[0] + (f" and {len(self.files) - 1} more" if len(self.files) > 1 else "")
        return (
            f"{self.requests:,} requests of {self.dialogues:,} dialogues wait in {where}. Have them answered "
            f"({', then '.join(self.next)}; anybody's replies come in by r2s journal import), then run this again"
        )


def wait_for(wanted: Collection[WantedRequests], dialogues: int, journal: Where) -> Waiting | None:
    """Write what is wanted, and clear away what no longer is; None where no dialogue waits.

    `journal` is where the replies belong.
    """
    files = [str(file) for one in wanted for file in one.write()]
    shown = journal if isinstance(journal, Path) else address_of(journal)
    following = [command for one in wanted if len(one) for command in _commands(one, str(shown))]
    return Waiting(dialogues, sum(map(len, wanted)), files, following) if dialogues else None


def _commands(wanted: WantedRequests, journal: str) -> list[str]:
    name = " --model NAME" if ANYBODY in wanted.models else ""
    return [f"r2s batch submit {wanted.folder}{name}", f"r2s batch fetch {wanted.folder} --journal {journal}"]


def awaited_keys(journal: Where) -> set[str] | None:
    """The journal keys that a run waits for; None where that is not known, as for a journal outside a run."""
    run = Path(str(journal))
    manifest = RunDirectory(run).read_manifest() if run.is_dir() else None
    files = (manifest or {}).get("waiting", {}).get("files", [])
    return keys_in(map(Path, files)) or None
