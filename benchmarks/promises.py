"""What a script is there to show: each promise printed with whether it held, and an exit status that tells."""

import sys


class Promises:
    """The promises of one script."""

    def __init__(self) -> None:
        self._are_kept = True

    def check(self, what: str, holds: bool) -> None:
        """Print a promise as a line of a list."""
        print(f"- {what}: {'yes' if holds else '**NO**'}", flush=True)
        self._are_kept &= holds

    def exit(self) -> None:
        """End the script, with status 1 where a promise was broken."""
        sys.exit(not self._are_kept)
