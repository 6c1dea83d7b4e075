"""Spreadsheets: texts as cells that no program takes for a formula when it opens a CSV file."""

import re

# East Asian versions take the wide forms, too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CARRIAGE_RETURN = re.compile(r"\r\n?")


def as_cell(text: str) -> str:
    """The text; where it begins as a formula does, with an apostrophe before it, which spreadsheets do not show.

    Python's csv puts quotes around a line end, but not around a bare carriage return, which others take for one.
    """
    text = _CARRIAGE_RETURN.sub("\n", text)
    return f"'{text}" if text.lstrip(" \xa0").startswith(_FORMULA) else text
