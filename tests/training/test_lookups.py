"""Attention that begins as a look-up: without any training, a text that comes again is told on."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from r2s.training.tiny import TinySize, make_tiny

pytestmark = pytest.mark.skipif(find_spec("torch") is None, reason="needs torch")

SIZE = {"vocabulary": 400, "hidden": 256, "heads": 4, "key_value_heads": 4, "layers": 2, "context": 512}


def copied_share(folder: Path) -> float:
    """Of random tokens that come twice, the share whose second coming is foreseen."""
    import torch  # pyright: ignore[reportMissingImports]
    from transformers import AutoModelForCausalLM  # pyright: ignore[reportMissingImports]

    model = AutoModelForCausalLM.from_pretrained(folder)
    once = torch.randperm(250, generator=torch.Generator().manual_seed(0))[None, :40]
    with torch.no_grad():
        foreseen = model(input_ids=torch.cat([once, once], 1)).logits.argmax(-1)
    return (foreseen[0, 40:-1] == once[0, 1:]).float().mean().item()


@pytest.mark.parametrize(("lookups", "least", "most"), [(True, 0.8, 1.0), (False, 0.0, 0.2)])
def test_what_came_before_is_told_on_from_the_start(tmp_path, lookups, least, most):
    folder = make_tiny(tmp_path / "model", ["a lamp, a tower and a keeper"], size=TinySize(**SIZE, lookups=lookups))

    assert least <= copied_share(folder) <= most


@pytest.mark.parametrize("change", [{"layers": 1}, {"heads": 1, "key_value_heads": 1}, {"key_value_heads": 1}])
def test_sizes_that_hold_no_lookup_are_refused(change):
    with pytest.raises(ValueError, match="lookups need"):
        TinySize(**{**SIZE, "lookups": True, **change})
