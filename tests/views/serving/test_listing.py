"""The trees of a file as it grows: read on, never twice, never half a line, and found again by their place."""

import os
from pathlib import Path

import pytest

from r2s.errors import TreeError
from r2s.trees.tree import ConversationTree
from r2s.views.serving.listing import Listing
from tests.views.test_static import named


def write(path: Path, trees: list[ConversationTree], more: str = "") -> None:
    path.write_text("".join(tree.to_json() + "\n" for tree in trees) + more, encoding="utf-8")


def replace(path: Path, trees: list[ConversationTree]) -> None:
    """Put another file in its place, as forks do."""
    write(path.with_suffix(".tmp"), trees)
    os.replace(path.with_suffix(".tmp"), path)


def names(listing: Listing) -> list[str]:
    return [line.name for line in listing.lines]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trees.jsonl"


def test_a_file_that_is_still_to_come_has_no_trees(path: Path) -> None:
    listing = Listing(path)
    listing.read_on()
    assert listing.lines == []

    write(path, named("a"))
    listing.read_on()

    assert (names(listing), listing.generation) == (["a.html"], 0)


def test_what_was_added_is_read_and_nothing_else_again(path: Path) -> None:
    first, second = named("a", "b")
    write(path, [first])
    listing = Listing(path)
    listing.read_on()
    (before,) = listing.lines

    with path.open("a", encoding="utf-8") as file:
        file.write(second.to_json() + "\n")
    listing.read_on()

    assert names(listing) == ["a.html", "b.html"]
    assert listing.lines[0] is before
    assert listing.generation == 0


def test_half_a_line_is_no_tree_yet_and_no_error(path: Path) -> None:
    first, second = named("a", "b")
    line = second.to_json()
    write(path, [first], line[:500])
    listing = Listing(path)
    listing.read_on()
    assert (names(listing), listing.damaged) == (["a.html"], [])

    with path.open("a", encoding="utf-8") as file:
        file.write(line[500:] + "\n")
    listing.read_on()

    assert names(listing) == ["a.html", "b.html"]
    assert listing.read_tree("b.html")[0] == second


def test_whoever_finds_the_place_of_a_tree_finds_its_line(path: Path) -> None:
    write(path, named("a", "b"))
    listing = Listing(path)
    found: list[str] = []

    class Places(dict[str, int]):
        """Looks up what another thread could, at the moment when a place is known."""

        def __setitem__(self, name: str, place: int) -> None:
            found.append(listing.lines[place].name)
            super().__setitem__(name, place)

    listing._known.places = Places()
    listing.read_on()

    assert found == ["a.html", "b.html"]


def test_a_line_that_is_no_tree_is_told_of_and_the_others_are_there(path: Path) -> None:
    path.write_text("{}\n" + "".join(tree.to_json() + "\n" for tree in named("a")), encoding="utf-8")
    listing = Listing(path)

    listing.read_on()

    assert names(listing) == ["a.html"]
    assert "trees.jsonl:1" in str(listing.damaged[0])


def test_of_a_file_that_was_replaced_only_what_has_changed_is_looked_into(path: Path) -> None:
    first, second, third = named("a", "b", "c")
    write(path, [first, second, third])
    listing = Listing(path)
    listing.read_on()
    rows = [line.row for line in listing.lines]

    grown = second.model_copy(update={"coverage": 0.25})
    replace(path, [first, grown, third])
    listing.read_on()

    assert listing.generation == 1
    same = [line.row is row for line, row in zip(listing.lines, rows, strict=True)]
    assert same == [True, False, True]
    assert listing.read_tree("b.html")[0] == grown


def test_a_run_that_was_taken_away_and_begun_anew_is_followed(path: Path) -> None:
    write(path, named("a", "b"))
    listing = Listing(path)
    listing.read_on()

    path.unlink()
    listing.read_on()
    assert listing.lines == []

    write(path, named("c"))
    listing.read_on()
    assert names(listing) == ["c.html"]


def test_a_file_with_the_number_on_disk_of_the_one_before_it_is_known_to_be_another(path: Path) -> None:
    first, second = named("a", "b")
    write(path, [first])
    listing = Listing(path)
    listing.read_on()

    write(path, [second, first])
    listing.read_on()

    assert names(listing) == ["b.html", "a.html"]


def test_a_tree_that_was_replaced_a_moment_ago_is_found_where_it_is_now(path: Path) -> None:
    first, second = named("a", "b")
    write(path, [first, second])
    listing = Listing(path)
    listing.read_on()

    longer = first.model_copy(update={"method": "cod_review_of_another_length"})
    replace(path, [longer, second])

    assert listing.read_tree("b.html")[0] == second


def test_a_tree_that_is_not_there_is_said_not_to_be(path: Path) -> None:
    write(path, named("a"))
    listing = Listing(path)
    listing.read_on()

    with pytest.raises(TreeError, match="no such tree"):
        listing.read_tree("../manifest.json")


def test_a_server_that_closes_does_not_wait_for_a_large_run_to_be_read(path: Path) -> None:
    write(path, named("a", "b"))
    listing = Listing(path)
    listing.close()

    listing.read_on()

    assert listing.lines == []


async def test_a_page_waits_for_a_large_run_no_longer_than_it_wants_to(path: Path) -> None:
    write(path, named(*(f"t{number}" for number in range(400))))
    listing = Listing(path)

    await listing.refresh(patience=0.0)
    assert listing.is_reading
    await listing.refresh()

    assert not listing.is_reading
    assert len(listing.lines) == 400
