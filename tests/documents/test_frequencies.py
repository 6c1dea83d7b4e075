"""How often words are used: the lists of wordfreq, read without its package."""

import subprocess
import sys

import pytest

from r2s.documents import frequencies
from r2s.documents.frequencies import shares


@pytest.mark.parametrize("language", ["en", "zh"])
def test_shares_are_those_that_wordfreq_reads(language: str) -> None:
    from wordfreq import get_frequency_dict

    assert shares(language) == get_frequency_dict(language, "small")


def test_a_list_in_another_form_is_read_by_wordfreq(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = shares("en")
    monkeypatch.setattr(frequencies, "_HEADER", {"format": "another"})

    assert shares.__wrapped__("en") == usual


def test_the_package_is_not_imported() -> None:
    look = (
        "import sys; from r2s.documents.words import frequency; frequency('the', 'en'); sys.exit('ftfy' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
