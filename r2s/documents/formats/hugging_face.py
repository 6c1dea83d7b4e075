"""Data sets of the Hugging Face Hub: `hf://OWNER/NAME`, with `/CONFIGURATION` and `:SPLIT` where it has several."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from r2s.documents.notes import ReadNote, Tell
from r2s.documents.raw import Row
from r2s.errors import DocumentError

# A path library makes one slash of two. A name that begins with a dot would be a path of this machine.
_ADDRESS = re.compile(
    r"hf:/+(?P<name>\w[\w.-]*(?:/\w[\w.-]*)?)(?:/(?P<configuration>\w[\w.-]*))?(?::(?P<split>\w[\w.-]*))?"
)


class Address(NamedTuple):
    """Where a data set is; null where the data set has only one, or its usual one is meant."""

    name: str
    configuration: str | None
    split: str | None

    def __str__(self) -> str:
        configuration = f"/{self.configuration}" if self.configuration else ""
        return f"hf://{self.name}{configuration}{f':{self.split}' if self.split else ''}"


def is_address(path: str) -> bool:
    """Whether what a user gave names a data set of the Hub and not a file."""
    return path.startswith("hf:/")


def address_of(path: str) -> Address:
    """The parts of an address; raises DocumentError where it is none."""
    match = _ADDRESS.fullmatch(path)
    if match is None:
        raise DocumentError(
            path, "no address of a data set; write hf://OWNER/NAME, hf://OWNER/NAME/CONFIGURATION:SPLIT"
        )
    return Address(match["name"], match["configuration"], match["split"])


def read_hub(address: Address, tell: Tell) -> Iterator[Row]:
    """The rows of a data set, streamed; raises DocumentError where it cannot be had."""
    try:
        import datasets
    except ImportError:
        advice = "install it with: pip install 'r2s-dialogues[data]'"
        raise DocumentError(str(address), f"read by datasets, which is missing; {advice}") from None
    try:
        loaded = datasets.load_dataset(address.name, address.configuration, split=address.split, streaming=True)
        split = address.split or _usual_split(loaded)
        tell(ReadNote(str(address), f"split {split}"))
        rows: Any = loaded if address.split else loaded[split]
        for number, row in enumerate(rows, 1):
            yield Row(f"{address.name}:{split}:{number}", dict(row))
    except DocumentError:
        raise
    except Exception as error:  # The library, the network and every format it reads may raise almost anything.
        detail = (str(error).strip() or type(error).__name__).split("\n")[0][:200]
        advice = "check the name and the network; a private one needs HF_TOKEN"
        raise DocumentError(str(address), f"cannot be loaded ({detail}); {advice}") from None


def _usual_split(splits: Any) -> str:
    return "train" if "train" in splits else next(iter(splits))


def revision(address: Address) -> str | None:
    """The commit that the Hub serves now, which says what is in the data set; null where it cannot be asked."""
    try:
        from huggingface_hub import HfApi

        return HfApi().dataset_info(address.name, timeout=10).sha
    except Exception:  # Not known is an answer: the run goes on, and says what it could not read.
        return None
