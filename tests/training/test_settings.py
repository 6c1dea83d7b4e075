"""The recipes that are shipped, and what is said of settings that cannot be."""

import pytest

from r2s.errors import ConfigError
from r2s.training.settings import TrainSettings, load_training_settings, training_presets


@pytest.mark.parametrize("name", sorted(training_presets()))
def test_every_recipe_loads_and_begins_with_the_command_that_runs_it(name: str) -> None:
    assert training_presets()[name].startswith("# r2s train ")
    assert load_training_settings(name)


def test_the_papers_recipe_is_what_holds_where_nothing_else_is_said() -> None:
    paper = load_training_settings("paper")

    assert paper == TrainSettings()
    assert (paper.epochs, paper.batch, paper.length, paper.learning_rate) == (2, 512, 4096, 2e-5)
    assert (paper.schedule, paper.warmup) == ("cosine", 0.03)


def test_flags_outweigh_overrides_and_these_the_recipe() -> None:
    settings = load_training_settings("lora", ["epochs=3", "seed=5", "lora.rank=8"], {"seed": 7, "target": None})

    assert (settings.epochs, settings.seed, settings.learning_rate) == (3, 7, 2e-4)
    assert settings.lora
    assert (settings.lora.rank, settings.lora.alpha) == (8, 32)


@pytest.mark.parametrize(
    ("override", "said"),
    [("epoch=1", "did you mean epochs"), ("tiny.hidden=33", "hidden must be a multiple"), ("report=x", "report")],
)
def test_a_setting_that_cannot_be_is_named(override: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_training_settings(None, [override])


def test_what_does_not_decide_the_weights_is_not_in_their_identity() -> None:
    one, other = load_training_settings(), load_training_settings(flags={"report": "wandb", "keep": 1})

    assert one.identity() == other.identity() != load_training_settings(flags={"seed": 1}).identity()
