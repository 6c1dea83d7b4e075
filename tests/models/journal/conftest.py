"""A journal in either store, for promises that both keep."""

from pathlib import Path

import pytest

from tests.postgres import database, postgres, postgres_group  # noqa: F401


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=postgres_group)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a journal may be made: a file, and an empty database."""
    return tmp_path / "journal.sqlite" if request.param == "sqlite" else request.getfixturevalue("database")
