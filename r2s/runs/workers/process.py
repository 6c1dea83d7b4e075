"""A worker as a process of this machine, joined to its driver by a socket; when either end is gone the other sees it.

python -m r2s.runs.workers.process FD      what the driver starts, with its end of the socket
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys

from r2s.runs.garbage import rare_collections
from r2s.runs.workers.channel import Channel, LostWorkerError
from r2s.runs.workers.worker import Worker

# A frame goes behind its length.
LENGTH = 8
STANDARD_ERROR = 2


class Processes:
    """Workers beside the driver."""

    def __init__(self, count: int) -> None:
        self.count = count

    async def open(self) -> None:
        """This machine is there."""

    def channel(self) -> Channel:
        """A channel to a process that is yet to be started."""
        return _Process()

    async def close(self) -> None:
        """Every process has been ended with its channel."""


class _Process:
    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._reader = asyncio.StreamReader()
        self._writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            self._process = await asyncio.to_thread(_start, theirs)
        except OSError as error:
            ours.close()
            raise LostWorkerError(f"it cannot be started: {error.strerror}") from None
        finally:
            theirs.close()
        self._reader, self._writer = await asyncio.open_connection(sock=ours)

    def send(self, frame: bytes) -> None:
        if self._writer is not None and not self._writer.is_closing():
            _write(self._writer, frame)

    async def receive(self) -> bytes:
        try:
            return await _read(self._reader)
        except (EOFError, OSError):
            raise LostWorkerError(await self._end()) from None

    async def close(self) -> None:
        await self._end()
        if self._writer is not None:
            self._writer.close()
            try:
                await self._writer.wait_closed()
            except OSError:
                # What was still to be sent has nobody left who hears it.
                return

    async def _end(self) -> str:
        """End the process where it lives; says how it ended."""
        if self._process is None:
            return "it was never started"
        self._process.kill()
        code = await asyncio.to_thread(self._process.wait)
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"it ended with {code}"


def _start(theirs: socket.socket) -> "subprocess.Popen[bytes]":
    """Start a worker that imports what we import; its output is no result, so it goes where messages go."""
    command = [sys.executable, "-P", "-m", __name__, str(theirs.fileno())]
    return subprocess.Popen(
        command,
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=STANDARD_ERROR,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def _write(writer: asyncio.StreamWriter, frame: bytes) -> None:
    writer.write(len(frame).to_bytes(LENGTH))
    writer.write(frame)


async def _read(reader: asyncio.StreamReader) -> bytes:
    """The next frame; raises `EOFError` where the other end is gone."""
    return await reader.readexactly(int.from_bytes(await reader.readexactly(LENGTH)))


async def _work(descriptor: int) -> None:
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=descriptor))
    worker = Worker(lambda frame: _write(writer, frame))
    with rare_collections():
        while True:
            worker.hear(await _read(reader))


def main() -> None:
    """Work until the driver is gone, or wants us gone; signals for the whole group are the driver's to follow."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    try:
        asyncio.run(_work(int(sys.argv[1])))
    except (EOFError, OSError):
        # What is still under way is of no use to anybody.
        os._exit(0)


if __name__ == "__main__":
    main()
