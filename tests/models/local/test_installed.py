"""What stands in an engine's way is said before anything is loaded."""

import json

import pytest

from r2s.config import load_config
from r2s.errors import ConfigError
from r2s.models.local.installed import check_packages, check_path
from r2s.runs.opening import open_caller


def test_a_missing_package_is_named_with_what_to_install():
    with pytest.raises(ConfigError, match=r"hf:PATH needs no_such_package; .*pip install 'r2s-dialogues\[hf\]'"):
        check_packages("hf", ["json", "no_such_package"])


def test_nothing_is_said_where_everything_is_there(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "qwen2"}))

    check_packages("hf", ["json"])
    check_path("hf", str(tmp_path))
    check_path("hf", "Qwen/Qwen2.5-0.5B-Instruct")


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"vllm:.*: the folder holds no model, as it has no config\.json"):
        check_path("vllm", str(tmp_path))


@pytest.mark.parametrize("path", ["no-such-folder", "/no/such/folder", "./no/such"])
def test_a_folder_that_is_not_there_is_named(path):
    with pytest.raises(ConfigError, match=f"hf:{path}: there is no such folder"):
        check_path("hf", path)


def test_a_file_is_no_model(tmp_path):
    (tmp_path / "weights").write_text("")

    with pytest.raises(ConfigError, match="there is no such folder"):
        check_path("hf", str(tmp_path / "weights"))


@pytest.mark.parametrize("name", ["gpt-4o", "hf:", "openai:", "mystery:x"])
def test_a_name_that_stands_for_no_model_is_answered_with_those_that_do(name):
    with pytest.raises(ConfigError, match=r"models are extractive .* vllm:PATH .* hf:PATH"):
        open_caller(name, load_config())
