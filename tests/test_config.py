"""Configuration: files, presets, overrides and flags, and what is said of mistakes."""

import re
from pathlib import Path

import pytest

from r2s.config import RunConfig, load_config, presets
from r2s.errors import ConfigError

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.parametrize("name", sorted(presets()))
def test_every_shipped_configuration_loads_and_opens_with_its_command(name: str) -> None:
    assert presets()[name].startswith("# r2s run ")
    assert isinstance(load_config(name), RunConfig)


def test_the_default_preset_is_the_defaults() -> None:
    assert load_config("default") == RunConfig()


def test_the_settings_in_the_readme_are_settings(tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "mine.yaml"
    path.write_text(block, encoding="utf-8")

    settings = load_config(path)

    assert settings.policies.consensus.kind == "median"
    assert settings.policies.stop.kind == "any"


def test_flags_outweigh_overrides_and_these_the_file(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("seed: 1\nturns: 4\nreviewers: 2\n", encoding="utf-8")

    settings = load_config(path, ["turns=5", "reviewers=4"], {"reviewers": 6})

    assert (settings.seed, settings.turns, settings.reviewers) == (1, 5, 6)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("reviewer=3", "did you mean reviewers"),
        ("reviewers=-1", "reviewers: Input should be greater than or equal to 0"),
        ("policies.stop.kind=sunset", "policies.stop"),
        ("seed.more=1", "seed"),
        ("turns=[", "no YAML"),
        ("engine.ray_address=auto", "a Ray address goes with the engine ray"),
    ],
)
def test_a_mistake_is_named_with_its_place(override: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        load_config(None, ["seed=1", override])


def test_where_dialogues_are_played_is_no_part_of_what_a_run_is() -> None:
    elsewhere = load_config(flags={"engine.kind": "ray", "engine.workers": 3, "engine.ray_address": "10.0.0.1:6379"})

    assert elsewhere.identity() == RunConfig().identity()


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("seed: [", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"run\.yaml: this is no YAML"):
        load_config(path)


def test_yaml_cannot_make_objects(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("seed: !!python/object/apply:os.system ['true']\n", encoding="utf-8")

    with pytest.raises(ConfigError, match="no YAML"):
        load_config(path)


def test_limits_addresses_and_prices_do_not_make_another_run() -> None:
    changed = {"limits.concurrency": 3, "base_url": "http://x/v1", "prices": {"m": {"input": 1, "output": 2}}}

    assert load_config(flags=changed).identity() == RunConfig().identity()
    assert load_config(flags={"seed": 1}).identity() != RunConfig().identity()


def test_a_reviewer_may_have_a_model_and_a_temperature_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "panel.yaml"
    path.write_text(
        "models: {default: extractive, reviewer: 'openai:small'}\n"
        "personas:\n"
        "- {name: sceptic, briefs: {en: You doubt.}, model: 'batch:/home/me/calls#big', temperature: 0.9, weight: 2}\n"
        "- {name: layperson, briefs: {en: You listen.}}\n",
        encoding="utf-8",
    )

    settings = load_config(path)

    assert settings.model_for("reviewer:sceptic") == "batch:/home/me/calls#big"
    assert settings.model_for("reviewer:layperson") == "openai:small"
    assert settings.model_for("candidate") == "extractive"
    assert settings.known_models["reviewer:sceptic"] == "openai:big"


def test_the_folder_of_a_reviewers_batch_model_is_no_part_of_what_a_run_is(tmp_path: Path) -> None:
    def identity(model: str) -> str:
        return RunConfig.model_validate(
            {"personas": [{"name": "sceptic", "briefs": {"en": "x"}, "model": model}]}
        ).identity()

    assert identity("batch:/home/me/calls#big") == identity("openai:big") != identity("openai:small")


def test_a_misspelt_trait_of_a_persona_is_refused() -> None:
    with pytest.raises(ConfigError, match="temprature"):
        load_config(flags={"personas": [{"name": "sceptic", "briefs": {"en": "x"}, "temprature": 1}]})
