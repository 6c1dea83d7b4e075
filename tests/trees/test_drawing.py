"""Trees drawn by matplotlib: every message has a place of its own, and any text can be drawn."""

import builtins
from collections.abc import Iterator
from typing import Any

import pytest

from r2s.errors import ConfigError
from r2s.fonts import MISSING, drawable, families
from r2s.trees.drawing import place_lines
from r2s.trees.lines import lines_of
from r2s.trees.tree import ConversationTree
from tests.samples.test_targets import changed
from tests.trees.forest import make_tree, node


@pytest.fixture(autouse=True)
def pyplot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("MPLBACKEND", "agg")
    from matplotlib import pyplot

    pyplot.switch_backend("agg")
    yield pyplot
    pyplot.close("all")


def words(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_a_line_follows_the_kept_answers_and_others_begin_lines_of_their_own() -> None:
    lines = [[node.id for node in line.nodes] for line in lines_of(make_tree())]

    assert lines == [["u1", "a1", "u2", "a2"], ["d1"], ["u3", "a3"]]


def test_a_line_keeps_to_its_column_and_no_two_messages_share_a_place() -> None:
    tree = make_tree()

    places = place_lines(lines_of(tree))

    assert [places[id] for id in ("u1", "a1", "u2", "a2")] == [(0, 0), (0, 1), (0, 2), (0, 3)]
    assert places["u3"][0] == places["a3"][0] > 0
    assert len(set(places.values())) == len(tree.nodes)


def test_the_drawing_tells_the_first_dialogue(pyplot: Any) -> None:
    ax: Any = make_tree().draw()

    ax.figure.canvas.draw()
    assert words(ax) == ["1 User: one?", "1 Assistant: first reply", "2 User: two?", "2 Assistant: second reply"]
    assert pyplot.get_fignums() == [ax.figure.number]


def test_a_tree_can_be_drawn_where_one_wants_it(pyplot: Any) -> None:
    ax = pyplot.figure().subplots()

    assert make_tree().draw(ax) is ax
    assert len(pyplot.get_fignums()) == 1


def test_letters_without_a_font_are_boxes_and_no_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("r2s.trees.drawing.families", lambda: ["DejaVu Sans"])
    tree = changed(make_tree(), u1={"text": "Ask 灯塔 $x^2 & \\alpha$ {now}"})

    ax = tree.draw()

    ax.figure.canvas.draw()
    assert words(ax)[0] == f"1 User: Ask {MISSING * 2} $x^2 & \\alpha$ {{now}}"


def test_letters_that_a_font_has_stay() -> None:
    assert drawable("Grün, naïve", families()) == "Grün, naïve"


def test_a_tree_without_a_kept_reply_and_a_deep_one_can_be_drawn() -> None:
    tree = make_tree()
    alone = tree.model_copy(update={"nodes": (node("u1", None, "user", "?", status="failed"),)})

    assert words(alone.draw()) == []
    assert len(place_lines(lines_of(deep(3000)))) == 3000


def deep(count: int) -> ConversationTree:
    roles = ("user", "assistant")
    nodes = tuple(node(f"n{at}", f"n{at - 1}" if at else None, roles[at % 2], "so") for at in range(count))
    return make_tree().model_copy(update={"nodes": nodes})


def test_a_missing_matplotlib_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "matplotlib":
            raise ModuleNotFoundError("no matplotlib", name="matplotlib")
        return real(name, *rest)

    monkeypatch.setattr("importlib.import_module", missing)

    with pytest.raises(ConfigError, match=r"drawing a tree needs matplotlib.*r2s-dialogues\[draw\]"):
        make_tree().draw()
