"""The settings of a loop: what is shipped, what its groups change, and what is said of mistakes before hours are lost."""

import pytest

from r2s.config import presets
from r2s.errors import ConfigError
from r2s.experiments.loop.settings import load_loop_settings, loop_presets


@pytest.mark.parametrize("name", sorted(loop_presets()))
def test_every_shipped_loop_loads_and_opens_with_its_command(name: str):
    assert loop_presets()[name].startswith("# r2s loop DOCS -o LOOP")
    assert load_loop_settings(name).generator_run.method == "gllm"


def test_loops_are_no_configurations_of_runs():
    assert loop_presets().keys() == {"loop", "loop-paper"}
    assert presets().keys().isdisjoint(loop_presets())


def test_the_base_chooses_the_settings_that_go_with_it():
    tiny, paper = load_loop_settings(), load_loop_settings(flags={"base": "owner/model"})

    assert (tiny.base, tiny.engine, tiny.gllm_training.layout) == ("tiny", "hf", "brief")
    assert (paper.base, paper.engine, paper.gllm_training.layout) == ("owner/model", "vllm", "full")
    assert paper.gllm_training.lora is not None
    assert paper.gllm_training.epochs == 2


def test_every_run_has_what_is_common_and_its_own():
    settings = load_loop_settings(
        None, ["run.turns=7", "talk.turns=3", "run.seed=5", "teacher.models.default=openai:a"]
    )

    runs = settings.teacher_run, settings.direct_run, settings.generator_run, settings.talk_run
    assert [run.method for run in runs] == ["cod_single", "direct", "gllm", "self_chat"]
    assert [run.turns for run in runs] == [7, 7, 7, 3]
    assert {run.seed for run in runs} == {5}
    assert [run.model_for("writer") for run in runs] == ["openai:a", "openai:a", "extractive", "extractive"]


def test_the_dialogue_models_learn_by_the_same_recipe_with_changes_of_their_own():
    settings = load_loop_settings(None, ["train.learning_rate=0.5", "dialogue.epochs=9"])

    gllm, dialogue = settings.gllm_training, settings.dialogue_training
    assert (gllm.target, dialogue.target) == ("gllm", "dialogue")
    assert gllm.learning_rate == dialogue.learning_rate == 0.5
    assert (gllm.epochs, dialogue.epochs) == (4, 9)


def test_how_documents_are_read_holds_once_and_the_runs_take_them_as_they_are():
    settings = load_loop_settings(None, ["run.documents.text_field=body", "run.documents.section_characters=500"])

    assert (settings.reading.text_field, settings.reading.section_characters) == ("body", 500)
    assert settings.teacher_run.documents.text_field is None
    assert settings.generator_run.documents.section_characters is None


@pytest.mark.parametrize(
    ("override", "said"),
    [
        pytest.param("held_out=1", "held_out: Input should be less than 1", id="a share"),
        pytest.param("teacher.turn=3", "run and teacher: there is no setting turn; did you mean turns", id="a run's"),
        pytest.param("train.epoch=3", "train: there is no setting epoch; did you mean epochs", id="a training's"),
        pytest.param("teacher.method=reflection", "teacher.method: reflection plays on pairs", id="a method"),
        pytest.param("run.base_url=http://me:secret@host/v1", "base_url holds a password", id="a secret"),
        pytest.param("basis=tiny", "there is no setting basis; did you mean base", id="the loop's"),
    ],
)
def test_a_mistake_is_told_before_anything_begins(override: str, said: str):
    with pytest.raises(ConfigError, match=said):
        load_loop_settings(None, [override])
