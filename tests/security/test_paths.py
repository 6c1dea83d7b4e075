"""Names that strangers chose never become paths: ids, titles, members of archives, addresses, links."""

import json
from pathlib import Path

import pytest

from r2s.documents import read_documents
from r2s.documents.formats.hugging_face import address_of
from r2s.errors import DocumentError
from r2s.views.static import page_name
from tests.cli.test_commands import r2s
from tests.documents.files import ENGLISH

NAMES = (
    "../../escaped",
    "/etc/escaped",
    "..\\escaped",
    "a/../../escaped",
    "con",
    "a\0b",
    ".",
    "~/escaped",
    "-rf",
    "a" * 300,
)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_a_tree_is_a_plain_name(name: str) -> None:
    found = page_name(name)

    assert Path(found).name == found
    assert len(found) < 80
    assert found.endswith(".html")
    assert ".." not in found


def test_no_id_of_a_document_leads_out_of_a_run_its_pages_or_its_exports(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    docs = home / "docs.jsonl"
    rows = [
        {"id": name, "title": name, "text": f"{ENGLISH} It is the light of {number} ships."}
        for number, name in enumerate(NAMES)
    ]
    docs.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    for command in (
        ("run", docs, "-o", home / "run", "--turns", "2", "--reviewers", "1"),
        ("view", home / "run", "--static", home / "pages"),
        ("export", home / "run", "--to", "messages", "-o", home / "train.jsonl"),
        ("export", home / "run", "--to", "oasst", "-o", home / "oasst.jsonl"),
    ):
        done = r2s(*command)
        assert done.returncode == 0, done.stderr

    assert not list(tmp_path.rglob("*escaped*"))
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert len(list((home / "pages" / "trees").iterdir())) == len(NAMES)


@pytest.mark.parametrize(
    "address", ["hf://../etc", "hf://./docs", "hf://a/../b", "hf://.ssh/id", "hf:///etc/passwd/x/y"]
)
def test_an_address_of_the_hub_is_no_path_of_this_machine(address: str) -> None:
    with pytest.raises(DocumentError, match="no address"):
        address_of(address)


def test_a_link_out_of_a_folder_is_reported_and_not_followed(tmp_path: Path, reading) -> None:
    (tmp_path / "secret.txt").write_text(
        "The password of the keeper is lamp. Nobody else knows it at all.", encoding="utf-8"
    )
    folder = tmp_path / "docs"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.txt").write_text(ENGLISH, encoding="utf-8")
    (folder / "stolen.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "inner" / "around").symlink_to(tmp_path)

    read = reading(folder)

    assert [document.text for document in read.documents] == [ENGLISH]
    assert [(failure.document, failure.message.split(";")[0]) for failure in read.failures] == [
        ("stolen.txt", "a link that leads out of its folder")
    ]


def test_links_within_a_folder_and_to_the_blobs_of_the_hub_s_cache_are_followed(tmp_path: Path, reading) -> None:
    blobs, snapshot = tmp_path / "blobs", tmp_path / "snapshots" / "abc"
    blobs.mkdir()
    snapshot.mkdir(parents=True)
    (blobs / "123").write_text(ENGLISH, encoding="utf-8")
    (snapshot / "a.txt").symlink_to("../../blobs/123")

    assert reading(snapshot).document.text == ENGLISH


def test_a_link_that_the_user_names_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a")

    (document,) = read_documents([tmp_path / "b.txt"])

    assert document.text == ENGLISH  # pyright: ignore[reportAttributeAccessIssue]
