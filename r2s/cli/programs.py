"""Commands of R2S that another command carries out, each in a process of its own, stopped as the user stops it."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from r2s.errors import ConfigError, RunError

DEVICES = "CUDA_VISIBLE_DEVICES"
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Programs:
    """Runs one command at a time; to be entered by `with`. Ctrl-C and SIGTERM go to the one under way, and are kept.

    A command has a process group of its own: a terminal's Ctrl-C would else reach it twice, and twice means at once.
    """

    def __init__(self) -> None:
        self.received: list[int] = []
        self._under_way: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._pass_on) for number in SIGNALS}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _pass_on(self, number: int, frame: object) -> None:
        self.received.append(number)
        if self._under_way is not None:
            self._under_way.send_signal(number)

    def run(self, arguments: Sequence[str], launch: str = "", into: Path | None = None) -> int:
        """The exit code; standard output goes `into` a file, whole or not at all, or nowhere."""
        command = _command(arguments, launch)
        if into is None:
            return self._carry_out(command, subprocess.DEVNULL)[0]
        code, said = self._carry_out(command, subprocess.PIPE)
        if said:
            draft = into.with_name(into.name + ".tmp")
            draft.write_text(said, encoding="utf-8")
            os.replace(draft, into)
        return code

    def ask(self, arguments: Sequence[str]) -> dict[str, Any]:
        """What a command prints as JSON; raises `RunError` where it fails, having said why itself.

        It is shown one GPU of several: a training, asked what it would do, would else want a launcher.
        """
        code, said = self._carry_out(_command(arguments, ""), subprocess.PIPE, with_one_device(os.environ))
        if code:
            raise RunError(f"r2s {shlex.join(arguments)} failed with exit code {code}")
        return json.loads(said)

    def _carry_out(
        self, command: Sequence[str], stdout: int, environment: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        try:
            process = subprocess.Popen(
                command, stdout=stdout, text=True, encoding="utf-8", process_group=0, env=environment
            )
        except OSError as error:
            raise ConfigError(f"cannot start {command[0]}: {error.strerror}; see the setting launch") from None
        self._under_way = process
        try:
            said, _ = process.communicate()
        finally:
            self._under_way = None
        # Who is killed by a signal has the number of it, negative, for a code.
        code = process.returncode
        return (128 - code if code < 0 else code), said or ""


def with_one_device(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which only the first of the GPUs can be seen that can be seen now."""
    return {**environment, DEVICES: environment.get(DEVICES, "0").partition(",")[0]}


def _command(arguments: Sequence[str], launch: str) -> list[str]:
    started = shlex.split(launch) or [sys.executable]
    return [*started, "-m", "r2s", *arguments]
