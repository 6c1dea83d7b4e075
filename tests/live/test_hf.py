"""Transformers in this process: the same reply whatever the batch, bounds that are kept, and a whole run."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from r2s.agents.reviewer import ReviewAnswer
from r2s.agents.user import UserAnswer
from r2s.errors import EndpointError
from r2s.models.calls import Call
from r2s.models.failures import Refused
from r2s.models.local.batches import Job, NoMemoryError
from r2s.models.local.hf_caller import HfCaller
from r2s.models.request import Sampling
from tests.live.runs import CIRCLES, Rambling, check_well_formed, play, times_on_end

pytestmark = pytest.mark.live


@pytest.fixture
async def caller(tiny: Path) -> AsyncIterator[HfCaller]:
    caller = HfCaller(str(tiny), 32_768)
    yield caller
    await caller.close()


def call(number: int, answer: Any = UserAnswer, temperature: float = 0.7, most: int = 24, words: int = 1) -> Call:
    messages = [
        {"role": "system", "content": "You are a lighthouse keeper."},
        {"role": "user", "content": f"Say something about light {number}. " * words},
    ]
    return Call(messages, answer, Sampling(temperature, most), seed=number)


async def test_a_reply_does_not_depend_on_the_batch_it_falls_into(caller):
    alone = [await caller.send(call(number)) for number in (1, 2)]

    others = [call(number, ReviewAnswer, most=10 + number, words=number) for number in range(3, 9)]
    together = await asyncio.gather(*(caller.send(one) for one in [call(1), *others, call(2)]))

    assert [together[0], together[-1]] == alone


async def test_the_seed_decides_a_reply_and_no_temperature_takes_the_likeliest_words(caller):
    first, again, other = [await caller.send(call(seed)) for seed in (1, 1, 2)]
    calm = await caller.send(call(1, temperature=0.0))
    messages = call(1).messages
    calm_too = await caller.send(Call(messages, UserAnswer, Sampling(0.0, 24), seed=99))

    assert first == again != other
    assert calm == calm_too != first


async def test_each_reply_of_a_batch_keeps_its_own_bound(caller):
    replies = await asyncio.gather(*(caller.send(call(1, most=most)) for most in (5, 17, 9)))

    assert [reply.completion_tokens for reply in replies] == [5, 17, 9]
    assert [reply.finish for reply in replies] == ["length"] * 3
    assert replies[1].content.startswith(replies[2].content.rstrip("�"))


async def test_a_prompt_that_leaves_no_room_for_a_reply_is_refused(caller):
    with pytest.raises(Refused, match=r"the prompt has \d+ tokens, and hf:.* takes 8192"):
        await caller.send(call(1, words=2000))


async def test_a_folder_without_weights_is_said_to_be_the_fault(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "qwen2"}')

    with pytest.raises(EndpointError, match="cannot be loaded"):
        await HfCaller(str(tmp_path), 32_768).send(call(1))


async def test_a_model_without_a_chat_template_is_said_to_be_a_base_model(tmp_path, tiny):
    shutil.copytree(tiny, tmp_path / "base")
    (tmp_path / "base" / "chat_template.jinja").unlink()

    with pytest.raises(EndpointError, match="has no chat template, as base models have none"):
        await HfCaller(str(tmp_path / "base"), 32_768).send(call(1))


async def test_a_template_that_refuses_a_role_refuses_the_call(tmp_path, tiny):
    shutil.copytree(tiny, tmp_path / "strict")
    (tmp_path / "strict" / "chat_template.jinja").write_text("{{ raise_exception('no system role') }}")

    with pytest.raises(Refused, match="does not take this prompt: no system role"):
        await HfCaller(str(tmp_path / "strict"), 32_768).send(call(1))


def test_torch_out_of_memory_is_told_from_other_faults(tiny):
    import torch  # pyright: ignore[reportMissingImports]

    from r2s.models.local.transformer import Transformer

    class Hungry(Transformer):
        def _generate(self, jobs) -> Any:
            return torch.empty(2**50 if len(jobs) > 1 else -1)

    model, job = Hungry.load("hf:tiny", str(tiny)), Job([1], 1, 0.0, 0, UserAnswer)

    with pytest.raises(NoMemoryError, match="can't allocate memory"):
        model.generate([job, job])
    with pytest.raises(RuntimeError, match="negative dimension"):
        model.generate([job])


def test_doctor_asks_the_model(parrot, live_environment):
    command = [sys.executable, "-m", "r2s", "doctor", "--model", f"hf:{parrot}"]

    done = subprocess.run(command, env=live_environment, capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stdout
    assert f"hf:{parrot} answered 'A'" in " ".join(done.stdout.split())


def test_a_run_is_well_formed(parrot, tmp_path, live_environment):
    figures = play(tmp_path / "run", live_environment, "--model", f"hf:{parrot}")

    check_well_formed(tmp_path / "run", figures)


def test_where_the_model_lies_changes_no_byte_of_a_tree(parrot, tmp_path, live_environment):
    moved = shutil.copytree(parrot, tmp_path / "elsewhere" / parrot.name)

    for out, folder in (("one", parrot), ("two", moved)):
        play(tmp_path / out, live_environment, "--model", f"hf:{folder}")

    trees = [(tmp_path / out / "trees.jsonl").read_bytes() for out in ("one", "two")]
    assert trees[0] == trees[1]
    assert f'"hf:{parrot.name}"'.encode() in trees[0]
    assert str(parrot.parent).encode() not in trees[0]


async def test_a_share_of_the_likeliest_words_leaves_out_the_others_in_its_own_row_only(caller):
    calm, warm = call(3, temperature=0.0), call(3, temperature=5.0)
    sure = Call(warm.messages, warm.answer, Sampling(5.0, 24, top_p=1e-6), warm.seed)

    replies = await asyncio.gather(*(caller.send(one) for one in (calm, sure, warm)))

    assert replies[0] == replies[1] != replies[2] == await caller.send(warm)


def test_a_reply_says_nothing_more_often_in_a_row_than_it_may_whatever_its_batch(tiny):
    from r2s.models.local.transformer import Transformer

    model = Transformer.load("tiny", str(tiny))
    jobs = [Job(model.chat.prompt(call), 60, 0.0, 1, Rambling, repeats=call.sampling.repeats) for call in CIRCLES]

    free, straight = (reply.tokens for reply in model.generate(jobs))

    assert times_on_end(free) > 3 >= times_on_end(straight)
    assert model.generate(jobs[1:])[0].tokens == straight
