"""A folder of prompts of one's own: what it holds is asked, what it lacks is as shipped, what is wrong is named."""

from pathlib import Path

import pytest

from r2s.agents.ask import template
from r2s.agents.prompt_checks import problems_of
from r2s.agents.prompt_folder import PromptFolder, read_prompts, write_prompts
from r2s.agents.prompts import SHIPPED, Prompted, Prompts, shipped_prompts
from r2s.agents.scene import Scene
from r2s.agents.user import User
from r2s.errors import ConfigError
from r2s.policies.casting import SampledCast
from r2s.seeds import generator
from r2s.trees.node import Plan
from tests.conftest import Scripted, lighthouse

LANGUAGES = ("en", "zh")
TEXTS = {"en": None, "zh": "斯凯里灯塔由工程师马尔设计，于1844年建成。塔身高48米，内部有151级台阶。"}


def own(folder: Path, file: str, *changes: tuple[str, str]) -> Path:
    """A folder that holds one shipped prompt, changed."""
    text = shipped_prompts()[file]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / file).write_text(text, encoding="utf-8")
    return folder


def said(file: str, *changes: tuple[str, str]) -> list[str]:
    text = shipped_prompts()[file]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return [f"{problem.level} {problem}" for problem in problems_of(file, text)]


@pytest.mark.parametrize("file", sorted(shipped_prompts()))
def test_every_shipped_prompt_is_without_fault(file: str) -> None:
    assert problems_of(file, shipped_prompts()[file]) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_role_is_asked_in_the_words_of_its_own_prompt_and_the_rest_as_shipped(tmp_path, language) -> None:
    folder = own(tmp_path, f"user.{language}.md", ("# ", "# OWN WORDS "))
    prompts, model = read_prompts(folder), Scripted({})
    text = TEXTS[language]
    document = lighthouse(text=text, title="斯凯里灯塔") if text else lighthouse()
    cast = SampledCast().draw("it", language, generator(1))
    plan = Plan(type="question-answer", progress="starts", process="", purpose="why")

    await User(Prompted(model, prompts)).speak(Scene(document, cast, (), turn=1, seed=1), plan)

    (request,) = model.requests
    other = next(one for one in LANGUAGES if one != language)
    assert "OWN WORDS" in str(request.messages())
    assert request.template == template("user", language, prompts=prompts)
    assert template("planner", language, prompts=prompts) == template("planner", language)
    assert template("user", other, prompts=prompts) == template("user", other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_of_ones_own_open_the_instructions_of_every_role(tmp_path, language) -> None:
    (tmp_path / f"rules.{language}.md").write_text("\ufeffMY RULES\r\n", encoding="utf-8")

    prompts = read_prompts(tmp_path)

    for role in ("planner", "user", "reviewer"):
        assert template(role, language, prompts=prompts).instructions.startswith("MY RULES\n\n#")


def test_a_hash_tells_what_was_changed_and_nothing_else(tmp_path) -> None:
    write_prompts(tmp_path)

    exported = read_prompts(tmp_path)
    own(tmp_path, "user.en.md", ("# ", "# OWN "))
    changed = read_prompts(tmp_path)

    assert exported.sha256 == SHIPPED.sha256
    assert changed.sha256 != SHIPPED.sha256
    assert Prompts((("user.en.md", changed.text("user", "en")),)).sha256 == changed.sha256


def test_a_configuration_notices_prompts_that_changed_after_it_was_written(tmp_path) -> None:
    kept = PromptFolder.model_validate(str(own(tmp_path, "user.en.md", ("# ", "# OWN "))))
    own(tmp_path, "user.en.md", ("# ", "# OTHER "))

    with pytest.raises(ConfigError, match="have changed while they were read"):
        kept.read()
    with pytest.raises(ValueError, match="have changed since this configuration was written"):
        PromptFolder.model_validate(kept.model_dump(mode="json"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            [("{{mode}}", "{{mood}}")],
            ["nobody tells this role {{mood}}; did you mean {{mode}}?", "is not told {{mode}}"],
        ),
        ([("{{mode}}", "")], ["the role is not told {{mode}}"]),
        ([("{{mode}}", "{{ mode }}")], ["{{ mode }} is no name", "is not told {{mode}}"]),
        ([("# ", "# {{mode}} ")], ["{{mode}} stands in the instructions, which are not filled"]),
        ([("\n---\n", "\n--- \n")], ["parts found: 1", "write --- and nothing else", "write --- and nothing else"]),
        ([("\n---\n", "\n---\n\n---\n")], ["parts found: 5"]),
        ([('{"type"', '{type"')], ["the last line of the instructions must be the answer's form"]),
    ],
)
def test_what_is_wrong_with_a_role_s_prompt_is_said(language, changes, expected) -> None:
    found = said(f"planner.{language}.md", *changes)

    assert len(found) == len(expected)
    assert not [words for words in expected if not any(words in problem for problem in found)]


def test_a_problem_names_its_line() -> None:
    text = shipped_prompts()["planner.en.md"]
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "{{advice}}" in line)

    (problem, _) = problems_of("planner.en.md", "\n\n" + text.replace("{{advice}}", "{{advise}}"))

    assert problem.line == line + 2


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("planer.en.md", "x", "no role reads a file of this name; did you mean planner.en.md?"),
        ("planner.fr.md", "x", "no role reads a file of this name"),
        ("user.en.md", " \n", "the file is empty"),
        ("rules.en.md", "one\n---\ntwo", "this file has no parts"),
        ("rules.en.md", "Be {{kind}}.", "this file has nothing to fill"),
        ("again.zh.md", "{{faults}} " * 200, "every call pays for them"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(file: str, text: str, expected: str) -> None:
    assert expected in " ".join(map(str, problems_of(file, text)))


def test_prompts_with_errors_are_refused_and_warnings_let_through(tmp_path) -> None:
    own(tmp_path, "planner.en.md", ("{{mode}}", ""))
    assert "{{mode}}" not in read_prompts(tmp_path).text("planner", "en")

    own(tmp_path, "planner.en.md", ("{{mode}}", "{{mood}}"))
    own(tmp_path, "user.en.md", ("{{goal}}", "{{gaol}}"))
    with pytest.raises(ConfigError, match=r"planner\.en\.md:\d+: nobody tells .* \(1 more: r2s prompts check"):
        read_prompts(tmp_path)


def test_a_folder_that_is_none_or_holds_none_is_refused(tmp_path) -> None:
    (tmp_path / "README.md").write_text("notes", encoding="utf-8")

    with pytest.raises(ConfigError, match="holds no prompt"):
        read_prompts(tmp_path)
    with pytest.raises(ConfigError, match="is no folder of prompts"):
        read_prompts(tmp_path / "none")


def test_an_export_does_not_write_over_what_was_changed(tmp_path) -> None:
    folder = own(tmp_path, "user.en.md", ("# ", "# OWN "))

    with pytest.raises(ConfigError, match=r"prompts of your own: user\.en\.md"):
        write_prompts(folder)
    assert [path.name for path in folder.iterdir()] == ["user.en.md"]

    assert write_prompts(folder, force=True) == sorted(path.name for path in folder.iterdir())
    assert read_prompts(folder).sha256 == SHIPPED.sha256
