"""The columns of rows in Parquet and in Hugging Face datasets: types that targets have in common."""

from typing import Any

from r2s.extras import load


def arrow() -> Any:
    """The pyarrow module."""
    return load("pyarrow", "a table (Parquet or Hugging Face)")


def messages() -> Any:
    """A list of messages with role and content."""
    return records(role="string", content="string")


def records(**fields: Any) -> Any:
    """A list of objects with these fields."""
    return arrow().list_(record(**fields))


def record(**fields: Any) -> Any:
    """An object with these fields; a string names a simple type."""
    return arrow().struct([(name, _type(field)) for name, field in fields.items()])


def table(**columns: Any) -> Any:
    """The schema of a table with these columns."""
    return arrow().schema([(name, _type(column)) for name, column in columns.items()])


def many(type: Any) -> Any:
    """A list of one type."""
    return arrow().list_(_type(type))


def dialogue_meta() -> Any:
    """The `meta` of a sample row."""
    return record(
        document="string",
        tree="string",
        path=many("string"),
        train=many("int64"),
        types=many("string"),
        evidence=many(many("int64")),
        scores=many("float64"),
        method="string",
        model="string",
        seed="int64",
    )


def _type(given: Any) -> Any:
    return arrow().type_for_alias(given) if isinstance(given, str) else given
