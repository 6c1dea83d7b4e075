"""A document that could not be read is a record in the stream, so that the others go on."""

from dataclasses import dataclass

from r2s.errors import DocumentError


@dataclass(frozen=True, slots=True)
class DocumentFailure:
    """`document` is where it stands (a file, or file:line), without any folder of this machine."""

    document: str
    message: str

    @classmethod
    def of(cls, error: DocumentError) -> "DocumentFailure":
        return cls(error.document, str(error).removeprefix(f"{error.document}: "))
