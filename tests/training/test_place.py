"""The folder of a model: what is in it at every moment, so that a training that is killed is never lost."""

from pathlib import Path
from typing import Any

import pytest

from r2s.training import place as module
from r2s.training.place import Place, sha256

IDENTITY = {"base": "b"}
RECORD: dict[str, Any] = {"status": "finished", "identity": IDENTITY}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A training whose last update is made and whose weights are written, but not yet in their place."""
    place = Place(tmp_path / "model")
    place.write({"status": "running", "identity": IDENTITY})
    _write(place.left_out, "{}\n")
    _write(place.checkpoints / "checkpoint-9" / "trainer_state.json", "{}")
    _write(place.finished / "model.safetensors", "weights")
    _write(place.finished / "README.md", "card")
    return place


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_a_finished_model_is_in_its_place_with_the_hash_of_each_file(place: Place) -> None:
    done = place.finish(RECORD)

    files = {file.name: file for file in place.folder.iterdir()}
    assert set(files) == {"training.json", "left_out.jsonl", "model.safetensors", "README.md"}
    assert done["outputs"] == {name: sha256(file) for name, file in files.items() if name != "training.json"}
    assert place.read() == done
    assert place.open(IDENTITY, "auto") == "finished"


@pytest.mark.parametrize("step", ["hashing", "moving", "recording"])
def test_a_training_that_is_killed_as_it_ends_goes_on_from_its_last_checkpoint(
    place: Place, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patch:
        _kill(patch, step)
        with pytest.raises(KeyboardInterrupt):
            place.finish(RECORD)

    assert place.open(IDENTITY, "auto") == "stopped"
    assert place.last_checkpoint() == place.checkpoints / "checkpoint-9"
    place.drop_broken()
    assert [folder.name for folder in place.checkpoints.iterdir()] == ["checkpoint-9"]


def _kill(patch: pytest.MonkeyPatch, step: str) -> None:
    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    owner, name = {
        "hashing": (module, "file_hashes"),
        "moving": (module.os, "replace"),
        "recording": (Place, "write"),
    }[step]
    patch.setattr(owner, name, killed)
