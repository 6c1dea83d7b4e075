"""A PostgreSQL server of the tests' own, in a temporary folder and behind a socket in it; skipped where none can be had.

Tests that use it belong to one group, so that one process of pytest-xdist starts one server.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

postgres_group = pytest.mark.xdist_group("postgres")
# Who runs the server where we are root, which it refuses to be run by.
SERVANTS = ("postgres", "nobody")
# What crashes with the machine is not missed, unless somebody says so.
SETTINGS = "-c listen_addresses='' -c max_connections=60"
CARELESS = "-c fsync=off -c full_page_writes=off"


class Cluster:
    """A server with as many databases as tests want; one that is safe keeps what is committed when it crashes."""

    def __init__(self, binaries: Path, folder: Path, *, is_safe: bool = False) -> None:
        self.binaries, self.folder = binaries, folder
        self._settings = SETTINGS if is_safe else f"{SETTINGS} {CARELESS}"
        self._servant = _servant()
        self._numbers = count()
        if self._servant:
            os.chown(folder, self._servant, -1)
        self._run("initdb", "-D", folder / "data", "-A", "trust", "-U", "r2s", "-E", "UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        self._control("-o", f"{self._settings} -k {self.folder}", "-l", self.folder / "log", "start")

    def stop(self, how: str = "fast") -> None:
        self._control("-m", how, "stop")

    def database(self) -> str:
        """The address of an empty database."""
        name = f"test{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, database: str = "postgres", user: str = "r2s") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def sql(self, statement: str, url: str | None = None) -> list[tuple[object, ...]]:
        """What a statement brings, if anything."""
        import psycopg

        with psycopg.connect(url or self.url(), autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []

    def set_lease(self, database: str, seconds: float) -> None:
        """How long who says nothing counts as alive."""
        name = database.partition("?")[0].rpartition("/")[2]
        self.sql(f"ALTER DATABASE {name} SET r2s.lease_seconds = {seconds}")

    def require_password(self, user: str, password: str) -> None:
        """Let a new user in by a password only."""
        self.sql(f"CREATE ROLE {user} LOGIN CREATEDB PASSWORD '{password}'")
        rules = self.folder / "data" / "pg_hba.conf"
        rules.write_text(f"local all {user} scram-sha-256\n{rules.read_text()}")
        self._control("reload")

    def _control(self, *arguments: str | Path) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-w", *arguments)

    def _run(self, program: str, *arguments: str | Path) -> None:
        # What a server inherits, it keeps open: pipes would never end.
        with (self.folder / "said").open("ab") as said:
            subprocess.run(
                [self.binaries / program, *map(str, arguments)],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=self.folder,
                user=self._servant,
            )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A server that runs until the tests end."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'r2s-dialogues[postgres]'")
    binaries = programs()
    if binaries is None:
        pytest.skip("there is no PostgreSQL server here (on Debian: apt-get install postgresql)")
    # The path of a socket may have a hundred characters, and pytest's own folders are for their owner only.
    with tempfile.TemporaryDirectory(prefix="r2s-pg-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(binaries, Path(folder))
        cluster.start()
        yield cluster
        cluster.stop("immediate")


@pytest.fixture
def database(postgres: Cluster) -> str:
    """The address of an empty database."""
    return postgres.database()


def programs() -> Path | None:
    """Where a server's programs are: the folder of the newest server's programs; Debian keeps them off the search path."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


def _servant() -> int | None:
    """Somebody who is not root; None where we are nobody special ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return next((known[name] for name in SERVANTS if name in known), None)
