"""What is served: a run, what is known of its trees, and who may come in. Handlers are given it with each request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from r2s.config import load_config
from r2s.errors import ConfigError
from r2s.models.journal.address import Where
from r2s.runs.directory import RunDirectory
from r2s.runs.inputs import InputFile, expected_dialogues
from r2s.views.serving.door import Door
from r2s.views.serving.fork_desk import ForkDesk
from r2s.views.serving.listing import Listing

if TYPE_CHECKING:
    from r2s.observers.prometheus import RunExposition

# A page does not wait longer than these seconds for a large run to be read: the rest of the rows follows.
PATIENCE = 0.3


@dataclass
class Site:
    """A run directory, which may still have to come, and the door of the server; `journal` lies elsewhere if given."""

    path: Path
    door: Door
    journal: Where | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise ConfigError(f"{self.path} is a file; r2s view takes the directory of a run")
        self.directory = RunDirectory(self.path)
        self.listing = Listing(self.directory.trees)
        self.forks = ForkDesk()
        # Opened by whoever asks for counts first: the library may not be there.
        self.counts: RunExposition | None = None
        self._expected = "", 0

    @property
    def manifest(self) -> dict[str, Any]:
        """The run's manifest; empty before there is a run."""
        return self.directory.read_manifest() or {}

    @property
    def expected(self) -> int:
        """How many dialogues the run may give."""
        manifest = self.manifest
        if not manifest or not self.directory.config.exists():
            return 0
        if manifest["run"] != self._expected[0]:
            self._expected = manifest["run"], self._counted(manifest)
        return self._expected[1]

    def _counted(self, manifest: Mapping[str, Any]) -> int:
        """A configuration that this version cannot read tells nothing; the pages do without it."""
        inputs = [InputFile.model_validate(file) for file in manifest.get("inputs", ())]
        try:
            return expected_dialogues(inputs, load_config(self.directory.config))
        except ConfigError:
            return 0
