"""Files of a run that are damaged: it is noticed, told in a line, set aside, and what was in them is made again."""

import asyncio
import json
import os
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.damage import DAMAGES
from r2s.config import load_config
from r2s.errors import R2SError, ResumeError, RunError, TreeError
from r2s.runs.directory import RunDirectory
from r2s.runs.reading import figures_of, read_run, sound_trees
from r2s.runs.runner import Run, RunReport
from r2s.runs.verifying import verify_run
from tests.conftest import LIGHTHOUSE, Scripted

DOCUMENTS = 4


def play(folder: Path, **flags: object) -> RunReport:
    docs = folder / "docs.jsonl"
    if not docs.exists():
        rows = [
            {"id": f"d{number}", "title": f"Lighthouse {number}", "text": LIGHTHOUSE} for number in range(DOCUMENTS)
        ]
        docs.write_text("".join(json.dumps(row) + "\n" for row in [*rows, {"id": "short", "text": "Too short."}]))
    job = Run([docs], load_config(flags={"turns": 2, **flags}), folder / "run", models=lambda role: Scripted({}))
    return asyncio.run(job.play())


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A finished run of four documents, and one that failed."""
    play(tmp_path)
    return tmp_path / "run"


def results(run: Path) -> tuple[bytes, bytes]:
    return (run / "trees.jsonl").read_bytes(), (run / "samples.jsonl").read_bytes()


def change(path: Path, how: Callable[[bytes], bytes]) -> None:
    path.write_bytes(how(path.read_bytes()))


def _one_letter(content: bytes) -> bytes:
    """A change that leaves every line a tree: a letter of what somebody said."""
    return content.replace(b"very much so", b"vary much so", 1)


def _without_the_second(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join([lines[0], *lines[2:]])


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "a letter changed": _one_letter,
    "a line that is no tree": lambda content: content.replace(b'"schema"', b'"scheme"', 1),
    "letters that are none": lambda content: content.replace(b"very", b"v\xffry", 1),
    "a line lost": _without_the_second,
    "a line twice": lambda content: content.splitlines(keepends=True)[0] + content,
    "the end lost": lambda content: content[:-100],
    "zeros at the end": lambda content: content[:-100] + bytes(100),
    "all lost": lambda content: b"",
    "two lines joined": lambda content: content.replace(b"\n", b"", 1),
}


@pytest.mark.parametrize("how", DAMAGE.values(), ids=DAMAGE)
def test_damaged_trees_are_noticed_and_played_again_to_the_same_bytes(run: Path, how: Callable[[bytes], bytes]) -> None:
    whole = results(run)
    change(run / "trees.jsonl", how)

    before = verify_run(run)
    play(run.parent)

    assert not before.passed
    assert results(run) == whole
    assert verify_run(run).passed


def test_a_damaged_tree_is_told_and_kept_beside_the_others(run: Path, caplog: pytest.LogCaptureFixture) -> None:
    change(run / "trees.jsonl", _one_letter)

    report = play(run.parent)

    assert report.resumed == DOCUMENTS - 1
    assert "1 damaged lines; the file as it was is kept as trees.jsonl.damaged" in caplog.text
    assert b"vary much so" in (run / "trees.jsonl.damaged").read_bytes()
    assert '"mended"' in (run / "events.jsonl").read_text(encoding="utf-8")


def test_whoever_reads_a_damaged_tree_hears_of_it(run: Path) -> None:
    change(run / "trees.jsonl", _one_letter)
    told: list[TreeError] = []

    with pytest.raises(TreeError, match="not the tree that was written here; the same r2s run command"):
        read_run(run)

    assert len(list(sound_trees([run], told.append))) == DOCUMENTS - 1
    assert len(told) == 1


def test_a_run_of_an_earlier_r2s_has_no_checksums_and_is_given_them(run: Path) -> None:
    whole = results(run)
    (run / "trees.sums").unlink()
    (run / "SHA256SUMS").unlink()

    figures_of(RunDirectory(run))
    play(run.parent)

    assert results(run) == whole
    assert len((run / "trees.sums").read_text(encoding="utf-8").splitlines()) == DOCUMENTS


def test_samples_that_are_not_what_follows_from_the_trees_are_noticed_and_made_anew(run: Path) -> None:
    whole = results(run)
    change(run / "samples.jsonl", lambda content: content.replace(b"very", b"vary", 1))

    faults = verify_run(run).faults
    play(run.parent)

    assert any("samples.jsonl:1: not what follows from the trees" in fault for fault in faults)
    assert results(run) == whole


@pytest.mark.parametrize("name", ["errors.jsonl", "metrics.json", "trees.sums", "events.jsonl", "config.yaml"])
@pytest.mark.parametrize("how", DAMAGES)
def test_whatever_is_damaged_is_noticed_and_the_run_goes_on(run: Path, name: str, how: Callable) -> None:
    whole, content = results(run), bytearray((run / name).read_bytes())
    how(content, random.Random(1))
    (run / name).write_bytes(content)

    before = verify_run(run)
    play(run.parent)

    assert any(name in fault for fault in before.faults)
    assert results(run) == whole
    assert verify_run(run).passed


@pytest.mark.parametrize("name", ["errors.jsonl", "metrics.json"])
def test_a_file_that_cannot_be_read_is_one_clear_line(run: Path, name: str) -> None:
    (run / name).write_bytes(b"\xff{\n")

    with pytest.raises(RunError, match=f"{name}.*the same r2s run command sets it aside"):
        read_run(run)


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b'{"schema": "r2s.run/1"}', b'{"run": '])
def test_a_manifest_that_is_none_is_refused_and_the_run_goes_on_without_it(run: Path, content: bytes) -> None:
    whole = results(run)
    (run / "manifest.json").write_bytes(content)

    with pytest.raises(ResumeError, match=r"manifest\.json.*remove it"):
        play(run.parent)
    (run / "manifest.json").unlink()
    again = play(run.parent)

    assert again.resumed == DOCUMENTS
    assert results(run) == whole


def test_trees_of_another_run_are_not_gone_on_with(run: Path) -> None:
    (run / "manifest.json").unlink()

    with pytest.raises(ResumeError, match="trees of another run"):
        play(run.parent, seed=7)


def _trees_of_another(folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    play(folder, seed=7)
    return {name: (folder / "run" / name).read_bytes() for name in ("trees.jsonl", "trees.sums")}


def test_a_run_that_was_given_the_trees_of_another_changes_nothing(run: Path, tmp_path: Path) -> None:
    for name, content in _trees_of_another(tmp_path / "other").items():
        (run / name).write_bytes(content)
    before = {path: path.read_bytes() for path in run.iterdir() if path.is_file()}

    with pytest.raises(ResumeError, match="trees of another run"):
        play(run.parent)

    assert {path: path.read_bytes() for path in run.iterdir() if path.is_file()} == before


def test_a_run_that_was_given_trees_of_another_as_well_keeps_its_samples(run: Path, tmp_path: Path) -> None:
    for name, content in _trees_of_another(tmp_path / "other").items():
        first, *others = (run / name).read_bytes().splitlines(keepends=True)
        (run / name).write_bytes(b"".join([first, content, *others]))
    samples = (run / "samples.jsonl").read_bytes()

    with pytest.raises(ResumeError, match="trees of another run"):
        play(run.parent)

    assert (run / "samples.jsonl").read_bytes() == samples


def test_a_bit_flipped_anywhere_in_the_results_is_noticed(run: Path) -> None:
    chance = random.Random(0)

    for name in ("trees.jsonl", "samples.jsonl"):
        whole = (run / name).read_bytes()
        for _ in range(20):
            content = bytearray(whole)
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            (run / name).write_bytes(content)
            (run / "SHA256SUMS").unlink(missing_ok=True)
            assert not verify_run(run).passed
        (run / name).write_bytes(whole)


def test_the_standard_tool_finds_what_was_changed(run: Path) -> None:
    import hashlib

    lines = (run / "SHA256SUMS").read_text(encoding="utf-8").splitlines()

    for line in lines:
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((run / name).read_bytes()).hexdigest() == digest
    assert {line.split("  ")[1] for line in lines} >= {"manifest.json", "config.yaml", "trees.jsonl", "samples.jsonl"}


def test_what_cannot_be_written_is_named_and_how_to_go_on(run: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    (run / "trees.jsonl").unlink()
    (run / "events.jsonl").unlink()
    os.symlink("/dev/full", run / "events.jsonl")

    with pytest.raises(RunError, match=r"events\.jsonl cannot be written: No space left"):
        play(run.parent)
    (run / "events.jsonl").unlink()
    play(run.parent)

    assert verify_run(run).passed


def test_nothing_but_known_errors_comes_of_damage_to_any_file(tmp_path: Path) -> None:
    play(tmp_path)
    run, chance = tmp_path / "run", random.Random(3)

    for path in sorted(run.glob("[a-z]*")):
        whole = path.read_bytes() if path.is_file() else b""
        for how in DAMAGES if whole and not path.name.startswith("journal") else ():
            content = bytearray(whole)
            how(content, chance)
            path.write_bytes(content)
            for read in (read_run, verify_run):
                with suppress(R2SError):
                    read(run)
            path.write_bytes(whole)
