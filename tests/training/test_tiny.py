"""What is known of a tiny model without making one; that it works is tested where torch is, by `make live`."""

import pytest
from pydantic import ValidationError

from r2s.training.tiny import TinySize, chat_template


def test_sizes_that_do_not_fit_together_are_refused():
    with pytest.raises(ValidationError, match="hidden must be a multiple of heads"):
        TinySize(hidden=100, heads=3)


def test_the_template_marks_what_the_assistant_generates():
    template = chat_template()

    assert template.index("generation") < template.index("endgeneration")
