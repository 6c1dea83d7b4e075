"""`r2s view RUN --static DIR`: the files it writes, what it leaves alone, what it says of damaged lines."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from r2s.cli import app as command
from r2s.errors import ConfigError
from r2s.models.journal import Journal
from r2s.trees.tree import ConversationTree
from r2s.views.static import page_name, write_pages
from tests.models.journal.calls import calls
from tests.trees.forest import make_tree


def run_of(folder: Path, trees: Iterator[ConversationTree] | list[ConversationTree]) -> Path:
    """A run directory with these trees."""
    folder.mkdir()
    manifest = {
        "run": "abc",
        "method": "cod_review",
        "models": {"default": "extractive"},
        "seed": 0,
        "status": "finished",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with (folder / "trees.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(tree.to_json() + "\n" for tree in trees)
    return folder


def named(*ids: str) -> list[ConversationTree]:
    return [make_tree().model_copy(update={"id": id}) for id in ids]


def data_of(page: Path) -> dict:
    (data,) = re.findall(
        r'<script type="application/json" id="data">(.*?)</script>', page.read_text("utf-8"), re.DOTALL
    )
    return json.loads(data)


def test_each_tree_has_a_page_that_knows_its_neighbours(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", named("one", "two", "three"))

    written = write_pages(run, tmp_path / "out")

    assert (written.trees, written.damaged) == (3, ())
    assert sorted(path.name for path in (tmp_path / "out/trees").iterdir()) == ["one.html", "three.html", "two.html"]
    place = data_of(tmp_path / "out/trees/two.html")["place"]
    assert place == {"number": 2, "index": "../index.html", "before": "one.html", "after": "three.html"}


def test_the_index_lists_the_trees_and_what_failed(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", named("one", "two"))
    errors = [
        {"kind": "document", "document": f"d{number}", "replicate": 0, "message": "</script>"} for number in range(30)
    ]
    (run / "errors.jsonl").write_text("".join(json.dumps(error) + "\n" for error in errors), encoding="utf-8")

    data = data_of(write_pages(run, tmp_path / "out").index)

    assert [row["address"] for row in data["trees"]] == ["trees/one.html", "trees/two.html"]
    assert data["trees"][0]["score"] == 3.0
    assert data["failed"] == {"document": 30}
    assert len(data["errors"]) == 20


def test_a_run_without_trees_has_an_empty_index(tmp_path: Path) -> None:
    data = data_of(write_pages(run_of(tmp_path / "run", []), tmp_path / "out").index)

    assert data["trees"] == []


def test_pages_are_made_anew_but_nothing_else_is_written_over(tmp_path: Path) -> None:
    run, out = run_of(tmp_path / "run", named("one")), tmp_path / "out"
    write_pages(run, out)
    assert write_pages(run, out).trees == 1
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("<p>mine</p>")

    with pytest.raises(ConfigError, match="r2s view did not write"):
        write_pages(run, tmp_path / "site")
    with pytest.raises(ConfigError, match="is a file"):
        write_pages(run, run / "manifest.json")
    with pytest.raises(ConfigError, match="no run directory"):
        write_pages(tmp_path / "site", out)


@pytest.mark.parametrize("id", ["../../evil", "a/b", "", "con:x", "灯塔", "x" * 300, "a b"])
def test_no_tree_chooses_where_its_page_goes(tmp_path: Path, id: str) -> None:
    (tree,) = named(id)

    name = page_name(id)

    assert re.fullmatch(r"[0-9a-f]{24}\.html", name)
    write_pages(run_of(tmp_path / "run", [tree]), tmp_path / "out")
    assert (tmp_path / "out/trees" / name).is_file()


async def test_calls_that_the_journal_has_are_in_the_page(tmp_path: Path) -> None:
    first, second, missing = calls(3)
    tree = make_tree()
    usage = tree.nodes[2].usage.__class__(replies=3, calls=(first.key, second.key, missing.key, "no key"))
    nodes = tuple(node.model_copy(update={"usage": usage}) if node.id == "a1" else node for node in tree.nodes)
    run = run_of(tmp_path / "run", [tree.model_copy(update={"nodes": nodes})])
    async with Journal(run / "journal.sqlite") as journal:
        await journal.put(first)
        await journal.put(second)

    write_pages(run, tmp_path / "out")

    found = data_of(tmp_path / "out/trees/t.html")["calls"]
    assert {key: call["content"] for key, call in found.items()} == {one.key: one.content for one in (first, second)}
    assert "messages" not in found[first.key]


def view(*arguments: str | Path) -> tuple[int, str, str]:
    if not command.app.registered_commands:
        command._register()
    done = CliRunner().invoke(command.app, ["view", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_says_what_it_wrote_and_what_it_left_out(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", named("one"))
    with (run / "trees.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"schema": "r2s.tree/1"}\n')

    code, said, complained = view(run, "--static", tmp_path / "out", "--json")

    assert code == 3
    told = json.loads(said)
    assert (told["index"], told["trees"], len(told["damaged"])) == (str(tmp_path / "out/index.html"), 1, 1)
    assert "trees.jsonl:2" in complained
