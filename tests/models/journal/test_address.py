"""Addresses of journals: what they mean, and that no password of theirs is ever shown."""

from pathlib import Path

import pytest

from r2s.errors import ConfigError
from r2s.models.journal.address import DatabaseAddress, address_of


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://anna@db/r2s", "postgresql://anna@db/r2s"),
        ("postgres://anna:s3cret@db:5433/r2s", "postgres://anna@db:5433/r2s"),
        ("postgresql://:s3cret@db/r2s", "postgresql://db/r2s"),
        ("postgresql://anna:s3:cr%40et@[::1]:5433/r2s", "postgresql://anna@[::1]:5433/r2s"),
        ("postgresql:///r2s?host=/run/pg&password=s3cret", "postgresql:///r2s?host=/run/pg"),
        (
            "postgresql://a,b:1/r2s?sslmode=require&sslpassword=s3cret&x=s3cret",
            "postgresql://a,b:1/r2s?sslmode=require",
        ),
        ("postgresql://", "postgresql://"),
    ],
)
def test_a_password_is_shown_nowhere(url: str, shown: str) -> None:
    address = address_of(url)

    assert str(address) == shown
    assert "s3" not in f"{address} {address!r}"
    assert isinstance(address, DatabaseAddress)
    assert address.url == url


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anna:s3@cret@db/r2s",
        "postgresql://anna:s3/cret@db/r2s",
        "postgresql://anna:s3?cret@db/r2s",
        "postgresql://anna:s3#cret@db/r2s",
        "postgresql:/anna:s3cret@db/r2s",
        "postgres:s3cret",
    ],
)
def test_an_address_that_could_be_misread_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(ConfigError, match="postgresql://USER@HOST/DB") as refused:
        address_of(url)

    assert "s3" not in str(refused.value)


def test_a_message_loses_every_form_of_the_passwords() -> None:
    address = DatabaseAddress("postgresql://anna:s3%40cret@db/r2s?sslpassword=other%2Fone")

    assert address.clean("s3@cret and s3%40cret,\nother/one") == "*** and ***, ***"


def test_a_path_is_a_file_and_a_folder_holds_one(tmp_path: Path) -> None:
    assert address_of(tmp_path) == tmp_path / "journal.sqlite"
    assert address_of(str(tmp_path / "new")) == tmp_path / "new"
    assert address_of("shared.sqlite") == Path("shared.sqlite")
