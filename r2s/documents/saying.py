"""Things that several readers say."""


def too_long(size: str, limit: int) -> str:
    """`size` is what is too long, as the user should read it."""
    advice = "split the document, or raise documents.max_characters"
    return f"{size} is over the limit of {limit:,} characters (documents.max_characters); {advice}"


def kind_of(value: object) -> str:
    """What a JSON value is, in words."""
    names = {list: "a list", dict: "an object", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
