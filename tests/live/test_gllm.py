"""`--method gllm` on real engines: the reply is held to the form that was learnt, and becomes a tree."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

from r2s.agents.gllm import FORMS
from r2s.models.journal.tools import records
from r2s.runs.reading import open_run
from r2s.trees.gllm import Layout
from tests.live.conftest import DOCUMENT

pytestmark = pytest.mark.live

# What a parrot says has every flaw, and is asked for once.
OPTIONS = ["--method", "gllm", "--dialogues", "2", "--set", "policies.acceptance.ask_again=[]"]


def play(out: Path, environment: dict[str, str], model: str, **learnt: Any) -> None:
    sets = [part for name, value in learnt.items() for part in ("--set", f"gllm.{name}={json.dumps(value)}")]
    command = [sys.executable, "-m", "r2s", "run", str(DOCUMENT), "-o", str(out), *OPTIONS, "--model", model, *sets]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-4000:]


@pytest.mark.parametrize("engine", ["hf", "vllm"])
@pytest.mark.parametrize("layout", get_args(Layout))
@pytest.mark.parametrize("thoughts", [True, False])
def test_an_engine_holds_gllm_to_what_it_learnt(tmp_path, parrot, live_environment, engine, layout, thoughts):
    play(tmp_path / "run", live_environment, f"{engine}:{parrot}", layout=layout, thoughts=thoughts, max_tokens=700)

    directory = open_run(tmp_path / "run")
    replies = list(records(directory.journal))
    assert len(list(directory.read_trees())) == 2
    assert len({reply.seed for reply in replies}) == len(replies) >= 2
    for reply in replies:
        if reply.finish == "stop":
            read = FORMS[layout, thoughts].model_validate_json(reply.content)
            assert read.to_json() == reply.content
