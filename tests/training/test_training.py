"""Whole trainings of a model of a few thousand weights: the loss, taking it up again, the folder that is made."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl", reason="the extra `train` is not installed")

import torch  # pyright: ignore[reportMissingImports]
from transformers import AutoModelForCausalLM, AutoTokenizer  # pyright: ignore[reportMissingImports]

from r2s.errors import ConfigError, ResumeError, StoppedError, TrainError
from r2s.training.corpus import make_corpus
from r2s.training.encoding import IGNORED, Encoder
from r2s.training.settings import load_training_settings
from r2s.training.templates import template_for
from r2s.training.training import Training
from r2s.trees.tree import ConversationTree
from tests.training.conftest import SIZE, forest

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.xdist_group("training")]

QUICK: dict[str, Any] = {"epochs": 2, "batch": 4, "length": 1024, "learning_rate": 5e-3, "tiny": SIZE}


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """A model this small loses more by waiting for threads than it wins by them."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def training(
    out: Path, base: Path | str, trees: list[ConversationTree] | None = None, stop_at: int = 0, **settings: Any
) -> Training:
    steps: list[int] = []
    trees = forest(4) if trees is None else trees
    return Training(
        trees=lambda: trees,
        inputs={"run": hashlib.sha256(str([tree.id for tree in trees]).encode()).hexdigest()},
        base=str(base),
        settings=load_training_settings(flags={**QUICK, **settings}),
        out=out,
        on_step=lambda step: steps.append(step.number),
        stop=lambda: bool(stop_at) and len(steps) >= stop_at - 1,
    )


def losses(record: dict[str, Any]) -> list[float]:
    return [entry["loss"] for entry in record["losses"] if "loss" in entry]


def plain_loss(base: Path, trees: list[ConversationTree], **settings: Any) -> float:
    """The mean of the cross entropy of all trained tokens, row by row, as a textbook has it."""
    tokenizer = AutoTokenizer.from_pretrained(base)
    chosen = load_training_settings(flags={**QUICK, **settings})
    rows = make_corpus(trees, chosen, Encoder(tokenizer, template_for(tokenizer))).rows["train"]
    model: Any = AutoModelForCausalLM.from_pretrained(base)
    total, count = 0.0, 0
    for row in rows:
        with torch.no_grad():
            logits = model(torch.tensor([row.tokens])).logits[0, :-1].log_softmax(-1)
        for place, label in enumerate(row.labels[1:]):
            if label != IGNORED:
                total -= float(logits[place, label])
                count += 1
    return total / count


@pytest.mark.parametrize("batching", ["packing", "length", "plain"])
@pytest.mark.parametrize("target", ["gllm", "gllm_turn", "dialogue"])
def test_the_loss_is_that_of_a_plain_computation(tiny: Path, tmp_path: Path, target: str, batching: str) -> None:
    settings: dict[str, Any] = {"target": target, "batching": batching, "batch": 99, "epochs": 1, "micro_batch": 2}

    record = training(tmp_path / "model", tiny, **settings, least_updates=1).run()

    assert record["updates"] == 1
    assert losses(record)[0] == pytest.approx(plain_loss(tiny, forest(4), target=target), abs=2e-4)


def test_the_loss_falls_and_the_folder_is_a_model_that_speaks(tiny: Path, tmp_path: Path) -> None:
    record = training(tmp_path / "model", tiny, epochs=6).run()

    assert losses(record)[-1] < losses(record)[0] - 1
    model: Any = AutoModelForCausalLM.from_pretrained(tmp_path / "model")
    tokenizer: Any = AutoTokenizer.from_pretrained(tmp_path / "model")
    prompt = tokenizer.apply_chat_template(
        [{"role": "user", "content": "one 1?"}], add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    assert model.generate(**prompt, max_new_tokens=4).shape[1] == prompt["input_ids"].shape[1] + 4
    ends: Any = model.generation_config.eos_token_id
    assert tokenizer.convert_tokens_to_ids("<|im_end|>") in (ends if isinstance(ends, list) else [ends])


def test_the_record_names_inputs_and_outputs_by_their_hashes(tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"

    training(out, tiny, epochs=1).run()

    record = json.loads((out / "training.json").read_text(encoding="utf-8"))
    assert record["status"] == "finished"
    assert len(record["inputs"]["run"]) == 64
    assert set(record["identity"]["base"]) >= {"model.safetensors", "tokenizer.json"}
    assert set(record["outputs"]) == {file.name for file in out.iterdir()} - {"training.json"}
    for name, digest in record["outputs"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    assert set(record["outputs"]) >= {"README.md", "train.yaml", "model.safetensors", "chat_template.jinja"}


@pytest.mark.parametrize("batching", ["packing", "length", "plain"])
def test_a_training_that_was_stopped_goes_on_with_the_same_losses(tiny: Path, tmp_path: Path, batching: str) -> None:
    settings: dict[str, Any] = {"batching": batching, "length": 512, "batch": 2, "epochs": 3}
    whole = training(tmp_path / "whole", tiny, **settings).run()

    for update in (2, 5):
        with pytest.raises(StoppedError, match=rf"stopped at update {update}; the same command goes on"):
            training(tmp_path / "broken", tiny, **settings, stop_at=update if update == 2 else 3).run()
    resumed = training(tmp_path / "broken", tiny, **settings).run()

    assert len(losses(whole)) > 8
    assert losses(resumed) == losses(whole)
    assert resumed["outputs"]["model.safetensors"] == whole["outputs"]["model.safetensors"]


def test_a_checkpoint_that_a_crash_left_half_written_is_passed_over(tiny: Path, tmp_path: Path) -> None:
    whole = training(tmp_path / "whole", tiny).run()
    job = training(tmp_path / "broken", tiny, stop_at=2)
    with pytest.raises(StoppedError):
        job.run()
    half = job.place.checkpoints / "checkpoint-3"
    half.mkdir()
    (half / "model.safetensors").write_bytes(b"half")

    resumed = training(tmp_path / "broken", tiny).run()

    assert losses(resumed) == losses(whole)


def test_a_finished_training_is_not_done_again(tiny: Path, tmp_path: Path) -> None:
    first = training(tmp_path / "model", tiny).run()
    left = training(tmp_path / "model", tiny).place.checkpoints
    left.mkdir()

    again = training(tmp_path / "model", tiny, stop_at=1).run()

    assert again["ended"] == first["ended"]
    assert not left.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"seed": 1}, "differs in: settings", id="settings"),
        pytest.param({"trees": forest(3)}, "differs in: inputs", id="runs"),
    ],
)
def test_a_folder_of_another_training_is_left_alone(
    tiny: Path, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    training(tmp_path / "model", tiny).run()

    with pytest.raises(ResumeError, match=said):
        training(tmp_path / "model", tiny, **changes).run()
    with pytest.raises(ConfigError, match="holds a training already"):
        training(tmp_path / "model", tiny).run(resume="never")


def test_a_folder_of_something_else_is_left_alone(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(ConfigError, match="was not made by r2s train"):
        training(tmp_path, tiny).run()


def test_a_tiny_base_is_made_from_the_documents_and_the_card_says_what_it_is(tmp_path: Path) -> None:
    record = training(tmp_path / "one", "tiny", epochs=1).run()
    again = training(tmp_path / "two", "tiny", epochs=1).run()

    assert again["outputs"]["model.safetensors"] == record["outputs"]["model.safetensors"]
    card = (tmp_path / "one" / "README.md").read_text(encoding="utf-8")
    assert "For learning the ropes" in card
    assert "Taught by a baseline" in card
    tokenizer: Any = AutoTokenizer.from_pretrained(tmp_path / "one")
    assert len(tokenizer.tokenize("gladly")) < 4


def test_one_sample_is_enough(tiny: Path, tmp_path: Path) -> None:
    record = training(tmp_path / "model", tiny, limit=1).run()

    assert record["data"]["rows"] == {"train": 1}
    assert len(losses(record)) == 2


def test_held_out_documents_are_measured_after_each_epoch(tiny: Path, tmp_path: Path) -> None:
    record = training(tmp_path / "model", tiny, trees=forest(12), held_out=0.4, least_updates=1, batch=99).run()

    assert len([entry for entry in record["losses"] if "eval_loss" in entry]) == 2
    assert "loss on held-out documents" in (tmp_path / "model" / "README.md").read_text(encoding="utf-8")


def test_adapters_are_put_into_the_weights(tiny: Path, tmp_path: Path) -> None:
    pytest.importorskip("peft")

    record = training(tmp_path / "model", tiny, lora={"rank": 4}, learning_rate=2e-2, epochs=6).run()

    assert losses(record)[-1] < losses(record)[0]
    model, base = (AutoModelForCausalLM.from_pretrained(place).state_dict() for place in (tmp_path / "model", tiny))
    assert model.keys() == base.keys()
    assert not torch.equal(model["model.layers.0.mlp.up_proj.weight"], base["model.layers.0.mlp.up_proj.weight"])
    assert torch.equal(model["model.embed_tokens.weight"], base["model.embed_tokens.weight"])


def test_adapters_alone_are_kept_where_that_is_wanted(tiny: Path, tmp_path: Path) -> None:
    pytest.importorskip("peft")

    record = training(tmp_path / "model", tiny, lora={"rank": 4, "merge": False}, epochs=1).run()

    assert "adapter_model.safetensors" in record["outputs"]
    assert "model.safetensors" not in record["outputs"]


def test_four_bits_need_a_gpu(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    with pytest.raises(ConfigError, match=r"QLoRA .* needs a GPU, and torch sees none; --lora trains without one"):
        training(tmp_path / "model", tiny, lora={"quantised": True}).run()


def test_rows_longer_than_the_base_reads_are_refused(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="reads 2048 tokens: set length=2048"):
        training(tmp_path / "model", tiny, length=4096).run()


@pytest.mark.parametrize("name", ["/nowhere/at/all", "readme.txt"])
def test_a_base_that_is_not_there_is_named(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    with pytest.raises(ConfigError, match=f"--base {name}"):
        training(tmp_path / "model", name).run()


def test_several_gpus_want_a_launcher(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)

    with pytest.raises(ConfigError, match="accelerate launch -m r2s train"):
        training(tmp_path / "model", tiny).run()


def test_a_loss_that_is_no_number_ends_the_training(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainError, match="lower the learning_rate"):
        training(tmp_path / "model", tiny, learning_rate=1e38, most_gradient=1e38, epochs=4).run()


def test_a_disk_too_small_is_told_before_the_training(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000})())

    with pytest.raises(TrainError, match=r"has 0\.0 MB left, and the model with its checkpoints takes up to \d"):
        training(tmp_path / "model", tiny).run()


@pytest.mark.parametrize(
    ("broken", "error", "said"),
    [
        pytest.param("safetensors", "No space left on device", "cannot write the weights", id="weights"),
        pytest.param("torch", "PytorchStreamWriter failed writing file", "cannot write", id="optimizer"),
        pytest.param("memory", "DefaultCPUAllocator: can't allocate memory", "the memory is too small", id="memory"),
    ],
)
def test_a_disk_or_memory_that_gives_out_is_told_and_the_command_goes_on_later(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, error: str, said: str
) -> None:
    whole = training(tmp_path / "whole", tiny).run()
    with monkeypatch.context() as patch:
        _break(patch, broken, error)
        with pytest.raises(TrainError, match=said):
            training(tmp_path / "model", tiny).run()

    assert losses(training(tmp_path / "model", tiny).run()) == losses(whole)


def test_what_cannot_be_read_is_no_fault_of_the_place_that_is_written_to(tiny: Path, tmp_path: Path) -> None:
    def unreadable() -> Iterator[ConversationTree]:
        raise PermissionError(13, "Permission denied", "trees.jsonl")
        yield

    for base in (tiny, "tiny"):
        with pytest.raises(PermissionError):
            replace(training(tmp_path / "model", base), trees=unreadable).run()


def test_a_damaged_base_is_named(tiny: Path, tmp_path: Path) -> None:
    base = shutil.copytree(tiny, tmp_path / "base")
    (base / "model.safetensors").write_bytes(b"damaged")

    with pytest.raises(ConfigError, match=f"--base {base}: its weights cannot be loaded"):
        training(tmp_path / "model", base).run()


def _break(patch: pytest.MonkeyPatch, what: str, error: str) -> None:
    from safetensors import SafetensorError  # pyright: ignore[reportMissingImports]

    def fail(kind: type[Exception]) -> Callable[..., None]:
        def raising(*_: Any, **__: Any) -> None:
            raise kind(error)

        return raising

    if what == "safetensors":
        patch.setattr("transformers.modeling_utils.safe_save_file", fail(SafetensorError))
    elif what == "torch":
        patch.setattr("torch.save", fail(RuntimeError))
    else:
        patch.setattr("trl.trainer.sft_trainer.SFTTrainer.training_step", fail(RuntimeError))


def test_preferences_lower_their_loss_and_hold_on_pairs_that_were_not_seen(tiny: Path, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"target": "preference", "learning_rate": 3e-3, "epochs": 4, "batch": 4}

    record = training(tmp_path / "model", tiny, trees=forest(12), **settings).run()

    assert losses(record)[0] == pytest.approx(0.6931, abs=1e-3)
    assert losses(record)[-1] < 0.4
    better = [prefers(tmp_path / "model", tiny, number) for number in range(50, 58)]
    assert sum(better) >= 7


def prefers(model: Path, base: Path, number: int) -> bool:
    """Whether the model has moved towards the chosen reply more than towards the rejected one."""
    kept, draft = f"first reply {number}, and gladly.", f"no {number} no no."
    moved = [said(model, number, reply) - said(base, number, reply) for reply in (kept, draft)]
    return moved[0] > moved[1]


def said(place: Path, number: int, reply: str) -> float:
    """The log probability of a reply."""
    tokenizer: Any = AutoTokenizer.from_pretrained(place)
    model: Any = AutoModelForCausalLM.from_pretrained(place)
    question = [{"role": "user", "content": f"one {number}?"}]
    prompt = tokenizer.apply_chat_template(question, add_generation_prompt=True, return_dict=False)
    whole = tokenizer.apply_chat_template([*question, {"role": "assistant", "content": reply}], return_dict=False)
    with torch.no_grad():
        scores = model(torch.tensor([whole])).logits[0, :-1].log_softmax(-1)
    return float(sum(scores[place, whole[place + 1]] for place in range(len(prompt) - 1, len(whole) - 1)))


def test_nobody_is_told_of_a_training(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY", False)
    monkeypatch.setattr("huggingface_hub.utils._telemetry.Thread", None)

    training(tmp_path / "model", tiny, epochs=1).run()


def test_a_preview_writes_nothing(tiny: Path, tmp_path: Path) -> None:
    told = training(tmp_path / "model", "tiny").preview()

    assert told["rows"] == {"train": 8}
    assert told["updates"] > 0
    assert not (tmp_path / "model").exists()
