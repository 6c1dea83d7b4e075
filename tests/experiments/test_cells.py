"""Factors and cells: what may be varied, how cells are called, and what each is configured as."""

import pytest

from r2s.config import load_config
from r2s.errors import ConfigError
from r2s.experiments.cells import Factor, cells_of, parse_factor, parse_whole, plays_of


def configure(overrides):
    return load_config(None, overrides, {"turns": 4})


def test_every_combination_is_a_cell_the_first_values_first():
    cells = cells_of([Factor("reviewers", (0, 2)), Factor("policies.consensus.kind", ("rank", "mean"))])

    assert [cell.name for cell in cells] == [
        "reviewers=0, kind=rank",
        "reviewers=0, kind=mean",
        "reviewers=2, kind=rank",
        "reviewers=2, kind=mean",
    ]


def test_a_play_is_configured_as_its_cell_and_seed_say():
    plays = plays_of(cells_of([Factor("reviewers", (0, 5))]), [3, 4], configure)

    assert [(play.config.reviewers, play.config.seed, play.config.turns) for play in plays] == [
        (0, 3, 4),
        (0, 4, 4),
        (5, 3, 4),
        (5, 4, 4),
    ]


def test_values_of_a_grid_are_yaml():
    factor = parse_factor("policies.casting={kind: quota},{kind: sampled}")

    assert factor.values == ({"kind": "quota"}, {"kind": "sampled"})
    assert parse_factor("models.default=openai:a/b,extractive").values == ("openai:a/b", "extractive")


def test_casts_can_be_varied():
    plays = plays_of(cells_of([parse_factor("policies.casting={kind: quota},{kind: sampled}")]), [0], configure)

    assert [play.config.policies.casting.kind for play in plays] == ["quota", "sampled"]


def test_folders_have_names_that_any_file_system_takes_and_none_twice():
    plays = plays_of(cells_of([parse_factor("models.default=openai:a/b,openai:a:b")]), [0], configure)

    names = [play.directory for play in plays]
    assert len(set(names)) == 2
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.") for name in names)


@pytest.mark.parametrize(
    ("path", "told"),
    [("documents.limit", "same documents"), ("seed", "--seeds"), ("limits.concurrency", "change no dialogue")],
)
def test_what_would_not_compare_is_no_factor(path, told):
    with pytest.raises(ConfigError, match=told):
        Factor(path, (1, 2))


@pytest.mark.parametrize("given", ["candidates", "candidates=", "candidates=1,1", "candidates=[1"])
def test_a_grid_that_cannot_be_read_is_refused(given):
    with pytest.raises(ConfigError):
        parse_factor(given)


@pytest.mark.parametrize("given", ["0,x", "1,1", "-1", "", "true", "1.5"])
def test_numbers_of_reviewers_are_whole_and_distinct(given):
    with pytest.raises(ConfigError):
        parse_whole(given, "--reviewers")


def test_a_setting_that_is_varied_twice_is_refused():
    with pytest.raises(ConfigError, match="twice"):
        cells_of([Factor("reviewers", (0,)), Factor("reviewers", (1,))])


def test_a_value_that_no_setting_takes_is_named():
    with pytest.raises(ConfigError, match="candidates"):
        plays_of(cells_of([parse_factor("candidates=1,many")]), [0], configure)
