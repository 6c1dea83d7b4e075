"""An endpoint with the Batch API, through the OpenAI client; whatever fails there is an `EndpointError`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from openai import AuthenticationError, OpenAI, OpenAIError, PermissionDeniedError
from openai.types import Batch

from r2s.errors import ConfigError, EndpointError
from r2s.models.batch.wanted import URL
from r2s.models.transport.endpoint import bare
from r2s.models.transport.keys import api_key


class BatchEndpoint:
    """Takes files of requests and gives files of replies; `server` is its address without credentials."""

    def __init__(self, base_url: str | None) -> None:
        self._key = api_key("the batch endpoint", base_url)
        self._client = OpenAI(api_key=self._key, base_url=base_url)
        self.server = bare(str(self._client.base_url)).rstrip("/")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def upload(self, file: Path) -> str:
        """Hand over a file of requests; its id there."""
        with self._boundary("take the requests"):
            return self._client.files.create(file=file, purpose="batch").id

    def create(self, file_id: str, window: str) -> Batch:
        """Have the requests of a file answered within a time."""
        takes: Any = window
        with self._boundary("begin a batch"):
            return self._client.batches.create(input_file_id=file_id, endpoint=URL, completion_window=takes)

    def find(self, file_id: str) -> Batch | None:
        """The batch that was begun for a file, where there is one."""
        with self._boundary("list its batches"):
            return next((batch for batch in self._client.batches.list() if batch.input_file_id == file_id), None)

    def check_asked(self, server: str) -> None:
        """Raise `ConfigError` where a batch was submitted to another server, which alone knows of it."""
        if server != self.server:
            raise ConfigError(f"a batch was submitted to {server}, not to {self.server}; give --base-url {server}")

    def look(self, batch_id: str) -> Batch:
        """A batch as it stands."""
        with self._boundary(f"tell about {batch_id}"):
            return self._client.batches.retrieve(batch_id)

    def download(self, file_id: str, path: Path) -> None:
        """Fetch a file of replies or errors, whole or not at all."""
        temporary = path.with_name(path.name + ".tmp")
        with self._boundary(f"give {file_id}"):
            self._client.files.content(file_id).write_to_file(temporary)
        os.replace(temporary, path)

    @contextmanager
    def _boundary(self, what: str) -> Iterator[None]:
        try:
            yield
        except (AuthenticationError, PermissionDeniedError) as error:
            raise EndpointError(f"{self.server} refuses us: {self._told(error)}; check OPENAI_API_KEY") from None
        except OpenAIError as error:
            raise EndpointError(f"{self.server} did not {what}: {self._told(error)}") from None

    def _told(self, error: OpenAIError) -> str:
        """What the client says of a failure, without our key."""
        return str(error).replace(self._key, "***") if self._key != "none" else str(error)
