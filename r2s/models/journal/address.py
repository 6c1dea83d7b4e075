"""Where a journal is: a file, or a PostgreSQL database, whose password is shown nowhere."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode

from r2s.errors import ConfigError

NAME = "journal.sqlite"
_SCHEMES = ("postgresql:", "postgres:")
_URL = re.compile(
    r"(?P<scheme>postgres(?:ql)?://)(?:(?P<user>[^:@/?#]*)(?::(?P<password>[^@/?#]*))?@)?"
    r"(?P<server>[^@/?#]*)(?P<database>/[^@/?#]*)?(?:\?(?P<parameters>[^@#]*))?"
)
# Whatever else a URL may say is not shown, for it may be a secret.
_SHOWN_PARAMETERS = {"host", "hostaddr", "port", "dbname", "user", "service", "sslmode", "options"}


@dataclass(frozen=True)
class DatabaseAddress:
    """A database's URL as libpq takes it; as text it is fit to be shown and stored. Raises `ConfigError`."""

    url: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _URL.fullmatch(self.url):
            raise ConfigError(
                "the address of the journal is not as those of PostgreSQL are: postgresql://USER@HOST/DB, with"
                " @ / ? # in a name or a password as %40 %2F %3F %23"
            )

    @cached_property
    def _parts(self) -> re.Match[str]:
        match = _URL.fullmatch(self.url)
        assert match is not None, "looked at when it was made"
        return match

    @cached_property
    def _parameters(self) -> list[tuple[str, str]]:
        return parse_qsl(self._parts["parameters"] or "", keep_blank_values=True)

    def __str__(self) -> str:
        parts = self._parts
        user = f"{parts['user']}@" if parts["user"] else ""
        kept = urlencode([(name, value) for name, value in self._parameters if name in _SHOWN_PARAMETERS], safe="/")
        return f"{parts['scheme']}{user}{parts['server']}{parts['database'] or ''}{'?' if kept else ''}{kept}"

    def clean(self, text: object) -> str:
        """A message without the secrets of the address, in one line."""
        said = " ".join(str(text).split())
        for secret in self._secrets:
            said = said.replace(secret, "***")
        return said

    @cached_property
    def _secrets(self) -> list[str]:
        hidden = [value for name, value in self._parameters if name not in _SHOWN_PARAMETERS and "password" in name]
        found = {form for secret in (self._parts["password"] or "", *hidden) for form in (secret, unquote(secret))}
        return sorted(found - {""}, key=len, reverse=True)


# A path, or a database by its URL.
Where = Path | str | DatabaseAddress


def address_of(where: Where) -> Path | DatabaseAddress:
    """The file or the database; of a run directory, the journal in it."""
    if isinstance(where, DatabaseAddress):
        return where
    if str(where).startswith(_SCHEMES):
        return DatabaseAddress(str(where))
    path = Path(where)
    return path / NAME if path.is_dir() else path
