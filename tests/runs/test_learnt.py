"""The form of a GLLM: what its training has noted, unless the configuration says otherwise."""

from pathlib import Path
from typing import Any

import pytest

from r2s.config import load_config
from r2s.errors import ConfigError
from r2s.runs.learnt import RECORD, Learnt, learnt_form


def form(model: str, **settings: Any) -> Learnt:
    return learnt_form(load_config(flags={"models.gllm": model, **settings}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / RECORD).write_text("target: gllm\nlayout: brief\nthoughts: false\nepochs: 2\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("engine", ["hf", "vllm"])
def test_the_record_beside_the_weights_says_how_a_model_was_trained(folder, engine):
    assert form(f"{engine}:{folder}") == Learnt("brief", False)


def test_what_is_configured_outweighs_the_record(folder):
    assert form(f"hf:{folder}", **{"gllm.layout": "full"}) == Learnt("full", False)
    assert form(f"hf:{folder}", **{"gllm.thoughts": True}) == Learnt("brief", True)


@pytest.mark.parametrize("model", ["extractive", "openai:mine", "hf:owner/name"])
def test_without_a_record_it_is_the_full_layout_with_thoughts(model):
    assert form(model) == Learnt("full", True)


@pytest.mark.parametrize("text", ["layout: tiny", "- a", "{"])
def test_a_record_that_cannot_be_read_is_said(folder, text):
    (folder / RECORD).write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=RECORD):
        form(f"hf:{folder}")
