"""A loop: every step once, kept while nothing has changed, done again where something has, and never over a result."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from r2s.errors import ConfigError, ResumeError
from r2s.experiments.loop.documents import split_documents
from r2s.experiments.loop.plan import steps_of
from r2s.experiments.loop.settings import load_loop_settings
from tests.experiments.loop.conftest import Looped

ALL = [step.name for step in steps_of(load_loop_settings())]
AFTER_TRAINING_GLLM = [
    *("train/gllm", "train/direct", "generate/gllm", "generate/direct", "evaluate/scores.json"),
    *("dialogue/gllm", "dialogue/direct", "talk/gllm", "talk/direct", "talk/scores.json"),
]
Finished = Callable[[Path], Looped]


def test_every_step_is_done_once_and_a_second_time_all_is_kept(looped: Looped):
    first = looped.run()
    done = list(looped.program.done)
    second = looped.run()

    assert (first.code, second.code) == (0, 0)
    assert done == ALL
    assert looped.program.done == []
    assert set(looped.states().values()) == {"kept"}
    assert [told.number for told in looped.told] == list(range(1, len(ALL) + 2))


def test_no_document_is_learnt_that_is_held_out(finished: Finished, tmp_path: Path):
    looped = finished(tmp_path)

    learnt, held_out = (
        {json.loads(line)["id"] for line in (looped.out / "documents" / name).read_text("utf-8").splitlines()}
        for name in ("learnt.jsonl", "held-out.jsonl")
    )

    assert learnt.isdisjoint(held_out)
    assert len(learnt | held_out) == 9


def test_a_section_that_repeats_what_is_on_the_other_side_is_on_neither(tmp_path: Path):
    tale, other = (
        " ".join(f"{word} {number} tells of a keeper who climbed many steps." for number in range(10))
        for word in ("Sentence", "Chapter")
    )
    rows = [{"id": "tale", "text": tale}, {"id": "book", "text": f"{other}\n\n{tale}"}]
    documents = tmp_path / "documents.jsonl"
    documents.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    settings = load_loop_settings(overrides=["held_out=0.5", "run.documents.section_characters=700"])
    told: list[str] = []

    counts = split_documents(
        [documents], settings, tmp_path / "learnt", tmp_path / "held_out", lambda note: told.append(str(note))
    )

    assert counts == {"learnt": 1, "held_out": 1}
    assert [note for note in told if "book#2" in note and "nearly the same as tale" in note]


def test_the_record_has_each_command_with_the_hashes_of_what_it_read_and_made(finished: Finished, tmp_path: Path):
    record = finished(tmp_path).record

    assert [*record] == ["documents", *ALL]
    assert record["train/gllm"]["reads"] == {"teacher/cod": record["teacher/cod"]["makes"]["teacher/cod"]}
    assert record["generate/gllm"]["reads"].keys() == {"documents/held-out.jsonl", "train/gllm"}
    assert record["train/gllm"]["command"].startswith("r2s train ")
    assert "--force" in record["export/gllm.jsonl"]["command"]
    assert {step["status"] for step in record.values()} == {"finished"}


def test_the_direct_generator_reads_as_many_tokens(finished: Finished, tmp_path: Path):
    looped = finished(tmp_path)

    gllm, direct = (
        yaml.safe_load((looped.out / "settings" / f"train-{name}.yaml").read_text("utf-8"))
        for name in ("gllm", "direct")
    )

    assert direct["epochs"] == 3 * gllm["epochs"]
    assert (gllm["thoughts"], direct["thoughts"]) == (True, False)


@pytest.mark.parametrize(
    ("change", "again"),
    [
        pytest.param("talk.turns=1", ["talk/teacher", "talk/gllm", "talk/direct", "talk/scores.json"], id="the talks"),
        pytest.param("encoder=auto", ["evaluate/scores.json", "talk/scores.json"], id="the scores"),
        pytest.param("run.limits.concurrency=3", [], id="a limit, which changes no dialogue"),
    ],
)
def test_a_changed_setting_does_again_only_what_depends_on_it(
    finished: Finished, tmp_path: Path, change: str, again: list[str]
):
    looped = finished(tmp_path)

    looped.run(change)

    assert looped.program.done == again


def test_another_result_of_a_step_reaches_whatever_reads_it_and_nothing_else(finished: Finished, tmp_path: Path):
    looped = finished(tmp_path)
    trees = looped.out / "teacher" / "cod" / "trees.jsonl"
    trees.write_bytes(b"".join(trees.read_bytes().splitlines(keepends=True)[:1]))

    looped.run(until="train")

    assert looped.program.done == ["export/gllm.jsonl", "train/gllm", "train/direct"]
    assert looped.states()["teacher/cod"] == "kept"


def test_another_base_in_the_same_folder_is_trained_anew(looped: Looped, tmp_path: Path):
    base = tmp_path / "base"
    base.mkdir()
    (base / "model.safetensors").write_text("one", encoding="utf-8")
    looped.run(f"base={base}", until="train")
    (base / "model.safetensors").write_text("two", encoding="utf-8")

    looped.run(f"base={base}", until="train")

    assert looped.program.done == ["train/gllm", "train/direct"]


def test_a_step_that_comes_to_the_same_bytes_changes_nothing_after_it(finished: Finished, tmp_path: Path):
    looped = finished(tmp_path)
    shutil.rmtree(looped.out / "teacher" / "cod")

    looped.run()

    assert looped.program.done == ["teacher/cod"]


def test_a_new_document_is_played_where_it_belongs(finished: Finished, tmp_path: Path):
    looped = finished(tmp_path)
    more = json.dumps({"id": "new", "text": "The new tower is high. It was built by hand in 1904."})
    looped.docs.write_text(looped.docs.read_text("utf-8") + more, encoding="utf-8")

    looped.run(until="export")

    assert "new" in (looped.out / "documents" / "learnt.jsonl").read_text("utf-8")
    assert looped.states() == {
        **dict.fromkeys(("documents", "teacher/cod", "teacher/direct"), "begun"),
        **dict.fromkeys(("export/gllm.jsonl", "export/direct.jsonl"), "begun"),
        "teacher/held-out": "kept",
    }


def test_what_is_replaced_is_kept_aside_and_told(finished: Finished, tmp_path: Path):
    looped = finished(tmp_path)
    before = (looped.out / "talk" / "gllm" / "trees.jsonl").read_bytes()

    for turns in (1, 3):
        looped.run(f"talk.turns={turns}")

    aside = looped.out / "replaced"
    assert (aside / "talk-gllm-1" / "trees.jsonl").read_bytes() == before
    assert (aside / "talk-gllm-2").is_dir()
    why = next(told.why for told in looped.told if told.name == "talk/gllm")
    assert why == f"settings have changed; what was there is now {aside / 'talk-gllm-2'}"


@pytest.mark.parametrize("code", [4, 130])
def test_a_step_that_ends_early_ends_the_loop_with_its_code_and_is_taken_up_again(looped: Looped, code: int):
    looped.program.codes = {"train/direct": code}
    stopped = looped.run()
    begun = looped.record["train/direct"]["started"]
    looped.program.codes = {}

    resumed = looped.run()

    assert (stopped.code, stopped.ended_in) == (code, "train")
    assert resumed.code == 0
    assert looped.program.done == ALL[ALL.index("train/direct") :]
    assert looped.record["train/direct"]["started"] == begun
    assert looped.states()["train/direct"] == "goes on"
    assert not (looped.out / "replaced").exists()


def test_failed_documents_end_no_loop_and_are_told_in_the_end(looped: Looped):
    looped.program.codes = {"talk/gllm": 3}

    report = looped.run()

    assert report.code == 3
    assert looped.run().code == 3


def test_stages_can_be_left_for_later_and_taken_as_they_are(looped: Looped):
    looped.run(until="export")
    done = list(looped.program.done)
    looped.run("teacher.turns=1", since="train", until="train")

    assert done == ALL[: ALL.index("train/gllm")]
    assert looped.program.done == ["train/gllm", "train/direct"]
    assert looped.states()["teacher/cod"] == "kept"
    assert not (looped.out / "report.md").exists()


def test_a_stage_cannot_be_taken_that_is_not_there(looped: Looped):
    with pytest.raises(ConfigError, match="--from train: documents is not finished"):
        looped.run(since="train")


@pytest.mark.parametrize("where", [{"since": "trian"}, {"until": "trian"}])
def test_a_stage_that_is_none_is_named_with_those_there_are(looped: Looped, where: dict[str, str]):
    with pytest.raises(ConfigError, match="no stage trian; stages are documents, teacher, export"):
        looped.run(**where)


def test_who_wrote_no_dialogue_teaches_nobody_and_the_others_go_on(looped: Looped):
    looped.program.empty = {"generate/direct"}

    report = looped.run()

    assert report.code == 0
    skipped = {told.name: told.why for told in looped.told if told.state == "skipped"}
    assert skipped == {
        "dialogue/direct": "generate/direct has no dialogue",
        "talk/direct": "dialogue/direct is not there",
    }
    assert "no dialogue came of any held-out document" in (looped.out / "report.md").read_text("utf-8")


def test_trainings_are_started_by_the_launcher_that_is_named(looped: Looped):
    looped.run("launch=accelerate launch --num_processes 8", until="train")

    assert {name for name, launch in looped.program.launches.items() if launch} == {"train/gllm", "train/direct"}


def test_a_folder_of_something_else_is_left_alone(looped: Looped):
    looped.out.mkdir()
    (looped.out / "loop.json").write_text("{}", encoding="utf-8")

    with pytest.raises(ResumeError, match="not the record of a loop"):
        looped.run()


def test_too_few_documents_to_hold_one_out_are_told(looped: Looped):
    with pytest.raises(ConfigError, match="no document is held out: 1 documents are too few"):
        looped.run("run.documents.limit=1")
