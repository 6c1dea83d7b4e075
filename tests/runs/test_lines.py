"""The lines of a file that another process may be adding to."""

import io

from r2s.runs.lines import whole_lines


def test_the_rest_of_a_line_that_is_written_while_the_file_is_read_is_no_line() -> None:
    file = Grown([b"{}\n", b'{"half', b'":1}\n', b"{}\n"])

    assert list(whole_lines(file)) == [b"{}\n"]


class Grown(io.BytesIO):
    """A file that grew after half a line of it was read."""

    def __init__(self, parts: list[bytes]) -> None:
        super().__init__()
        self._parts = iter(parts)

    def __next__(self) -> bytes:
        return next(self._parts)
