"""Each filter keeps what it should and names its reason for the rest."""

import json
from pathlib import Path
from typing import Any

import pytest

from r2s.errors import ConfigError
from r2s.samples.dialogue import Dialogue, dialogues_of
from r2s.samples.loading import load_export_settings
from r2s.samples.sieve import Sieve
from r2s.trees.node import Chair
from tests.samples.test_targets import changed, reviewed
from tests.trees.forest import make_tree

LONG = "the keeper of the old light climbed one hundred and fifty one steps every single evening to trim the lamp"
CHINESE = "斯凯里灯塔由工程师马尔设计于一八四四年建成塔身高四十八米内部有一百五十一级台阶"


def judged(dialogue: Dialogue, *filters: str) -> str | None:
    """What the filters of a command line say of a dialogue."""
    settings = load_export_settings(filters=filters)
    return next((reason for filter in settings.filters if (reason := filter.judge()(dialogue))), None)


def dialogue(lang: str = "en", **nodes: dict[str, Any]) -> Dialogue:
    """The first dialogue of the tree of tests, some of its messages changed."""
    tree = changed(make_tree(), **nodes)
    document = tree.document.model_copy(update={"lang": lang})
    return next(dialogues_of(tree.model_copy(update={"document": document})))


CHAIR = Chair(kept="a1", mode="depth", scores={}, dissent=1.2, reason="")


@pytest.mark.parametrize(
    ("filter", "given", "reason"),
    [
        ("scores.least=3", dialogue(), None),
        ("scores.least=3.5", dialogue(), "mean score 3.00 is under 3.5"),
        ("scores.worst=3", dialogue(a2={"reviews": reviewed(2)}), "a reply scores 2.00, under 3"),
        ("scores", dialogue(a1={"reviews": ()}), "nobody reviewed it"),
        ("scores.unreviewed=keep", dialogue(a1={"reviews": ()}), None),
        ("dissent.most=1", dialogue(a1={"chair": CHAIR}), "dissent 1.20 is over 1"),
        ("dissent.most=1.2", dialogue(a1={"chair": CHAIR}), None),
        ("coverage.least=0.2", dialogue(), None),
        ("coverage.least=0.5", dialogue(), "coverage 0.27 is under 0.5"),
        ("turns.least=3", dialogue(), "2 turns, at least 3"),
        ("turns.most=1", dialogue(), "2 turns, at most 1"),
        ("turns.most=2", dialogue(), None),
        ("characters.least=100", dialogue(), "31 characters, at least 100"),
        ("characters.most=30", dialogue(), "31 characters, at most 30"),
        ("language", dialogue(), None),
        ("language", dialogue(a1={"text": CHINESE}), "the document is in en, the dialogue in zh-Hans"),
        ("language.only=[zh]", dialogue(), "the document is in en, not in zh"),
        ("language.only=[zh-Hans]", dialogue("zh-Hant"), "the document is in zh-Hant, not in zh-Hans"),
        ("language.only=[zh]", dialogue("zh-Hant", a1={"text": CHINESE}), None),
        ("repetition", dialogue(a1={"text": LONG}, a2={"text": LONG}), "100% of a reply had been said before"),
        ("repetition", dialogue(a1={"text": LONG}), None),
        ("flaws", dialogue(), None),
        ("flaws", dialogue(u1={"flaws": ("re-asked",)}), "flaws: re-asked"),
        ("flaws.named=[copied]", dialogue(u1={"flaws": ("re-asked",)}), None),
        ("flaws.most=1", dialogue(u1={"flaws": ("re-asked",)}), None),
    ],
)
def test_a_filter_keeps_or_names_its_reason(filter: str, given: Dialogue, reason: str | None) -> None:
    assert judged(given, filter) == reason


def test_of_dialogues_that_say_nearly_the_same_the_first_is_kept() -> None:
    (filter,) = load_export_settings(filters=["duplicates.similarity=0.7"]).filters
    judge = filter.judge()
    first = dialogue(a1={"text": f"{LONG}. {LONG.replace('lamp', 'wick')}. And so it went on for forty years."})
    second = dialogue(a1={"text": f"{first.path[1].text} So."})

    assert judge(first) is None
    assert judge(dialogue("zh-Hans", a1={"text": CHINESE}, a2={"id": "a9"})) is None
    assert judge(second) == f"nearly the same as {first.id}"


def test_a_dialogue_that_another_filter_drops_takes_no_other_with_it() -> None:
    settings = load_export_settings(filters=["duplicates", "scores.least=2"])
    sieve = Sieve(settings, record=lambda dropped: None)

    kept = [sieve.keeps(one) for one in (dialogue(a1={"reviews": reviewed(1)}, a2={"id": "a8"}), dialogue())]

    assert kept == [False, True]
    assert sieve.dropped == {"scores": 1}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("test.jsonl", json.dumps({"question": {"stem": f"True or false: {LONG}?"}}) + "\n"),
        ("test.json", json.dumps([{"q": ["x", LONG]}])),
        ("test.txt", f"nothing\n{LONG}\n"),
    ],
)
def test_what_stands_in_an_evaluation_set_is_not_exported(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    against = f"contamination.against=[{tmp_path / name}]"

    reason = judged(dialogue(a1={"text": f"They say that {LONG}."}), against)

    assert reason is not None
    assert reason.startswith(f"stands in {name}: ")
    assert judged(dialogue(), against) is None


def test_chinese_is_compared_by_characters(tmp_path: Path) -> None:
    (tmp_path / "test.txt").write_text(f"{LONG}\n{CHINESE}\n", encoding="utf-8")
    against = f"contamination.against=[{tmp_path / 'test.txt'}]"
    said = f"是的，{CHINESE[:22]}。"

    assert judged(dialogue("zh-Hans", a1={"text": said}), against)
    assert judged(dialogue("zh-Hans", a1={"text": said}), against, "contamination.characters=30") is None


def test_only_named_fields_of_an_evaluation_set_count(tmp_path: Path) -> None:
    path = tmp_path / "test.jsonl"
    path.write_text(json.dumps({"question": f"{LONG} or not", "licence": LONG}) + "\n", encoding="utf-8")
    contaminated = dialogue(a1={"text": LONG})

    assert judged(contaminated, f"contamination.against=[{path}]", "contamination.fields=[question]")
    with pytest.raises(ConfigError, match="as long as a run"):
        judged(contaminated, f"contamination.against=[{path}]", "contamination.fields=[answer]")


@pytest.mark.parametrize(("name", "said"), [("gone.jsonl", "No such file"), ("x.csv", "jsonl, .json or .txt")])
def test_an_evaluation_set_that_cannot_be_read_is_an_error(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").touch()

    with pytest.raises(ConfigError, match=said):
        judged(dialogue(), f"contamination.against=[{tmp_path / name}]")


@pytest.mark.parametrize(
    ("ifd", "reason"), [(0.7, None), (1.1, "IFD 1.10 is not from 0.5 to 1"), (None, "its IFD could not be measured")]
)
def test_ifd_is_read_from_where_it_was_measured(ifd: float | None, reason: str | None, tmp_path: Path) -> None:
    path = tmp_path / "ifd.jsonl"
    path.write_text(json.dumps({"tree": "t", "leaf": "a2", "ifd": ifd}) + "\n", encoding="utf-8")

    assert judged(dialogue(), f"ifd.file={path}", "ifd.least=0.5") == reason


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot read .*; r2s stats RUN writes such a file"),
        ("{}\n", "tree, leaf and figures"),
        ("[]\n", "tree, leaf and figures"),
        ("", "no line for leaf a2 of tree t"),
        ('{"tree": "t", "leaf": "a2"}\n', "holds no ifd; r2s stats RUN --lm PATH measures it"),
    ],
)
def test_ifd_that_was_not_measured_is_an_error(content: str | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "ifd.jsonl"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError, match=said):
        judged(dialogue(), f"ifd.file={path}")


FIGURES = {"tree": "t", "leaf": "a2", "foreknowledge": 0.5, "stands_alone": 4, "straw_men": None}


@pytest.mark.parametrize(
    ("filter", "reason"),
    [
        ("measured.most.foreknowledge=0.5", None),
        ("measured.most.foreknowledge=0", "foreknowledge 0.5 is over 0"),
        ("measured.least.stands_alone=4", None),
        ("measured.least.stands_alone=4.5", "stands_alone 4 is under 4.5"),
        ("measured.most.straw_men=0", "straw_men could not be measured"),
    ],
)
def test_any_figure_of_the_statistics_can_be_held_to_bounds(filter: str, reason: str | None, tmp_path: Path) -> None:
    path = tmp_path / "dialogues.jsonl"
    path.write_text(json.dumps(FIGURES) + "\n", encoding="utf-8")

    assert judged(dialogue(), f"measured.file={path}", filter) == reason


def test_a_figure_that_could_not_be_measured_may_be_let_through(tmp_path: Path) -> None:
    path = tmp_path / "dialogues.jsonl"
    path.write_text(json.dumps(FIGURES) + "\n", encoding="utf-8")
    settings = (f"measured.file={path}", "measured.most.straw_men=0", "measured.unmeasured=keep")

    assert judged(dialogue(), *settings) is None


def test_a_filter_on_figures_names_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "dialogues.jsonl"
    path.write_text(json.dumps(FIGURES) + "\n", encoding="utf-8")

    with pytest.raises(ConfigError, match="has no figure 'foreknwledge'"):
        judged(dialogue(), f"measured.file={path}", "measured.most.foreknwledge=0")
    with pytest.raises(ConfigError, match="run r2s stats RUN first"):
        judged(dialogue(), "measured.most.foreknowledge=0")
    with pytest.raises(ConfigError, match="name a figure"):
        judged(dialogue(), "measured")
