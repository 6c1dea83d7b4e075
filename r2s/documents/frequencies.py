"""How often words are used, from wordfreq's lists.

Only its data is read: the package brings four others for telling languages and scripts apart, which R2S does by itself,
and they take several megabytes and a fifth of a second.
"""

import functools
import gzip
from importlib.util import find_spec
from pathlib import Path

import msgpack

# The form of a list: after this header, words by how common they are, each bucket a hundredth of a decade rarer than
# the one before.
_HEADER = {"format": "cB", "version": 1}
_A_DECADE = 100


@functools.cache
def shares(language: str) -> dict[str, float]:
    """Of all words of a language, the share that each has: what is used once in a million words at the least."""
    header, *buckets = msgpack.unpackb(gzip.decompress(_list_of(language).read_bytes()))
    if header != _HEADER:
        from wordfreq import get_frequency_dict

        return get_frequency_dict(language, "small")
    return {word: 10 ** (-place / _A_DECADE) for place, bucket in enumerate(buckets) for word in bucket}


def _list_of(language: str) -> Path:
    spec = find_spec("wordfreq")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("wordfreq is not installed", name="wordfreq")
    return Path(spec.origin).parent / "data" / f"small_{language}.msgpack.gz"
