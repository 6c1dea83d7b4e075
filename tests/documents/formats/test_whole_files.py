"""PDF, Word, EPUB and HTML files: the text that a reader came for, and what is said of those that give none."""

import gzip
import zipfile
from pathlib import Path

import pytest

from tests.documents.files import CHINESE, ENGLISH, write_docx, write_epub, write_pdf

LONG_LINE = "The lighthouse at Moss Point was finished in the year of 1882 by Alan Marr, who had come"
PAGE = f"""<html><head><title>Moss Point - Capes of the world</title></head><body>
<nav><a href=/>Home</a></nav><div class="sidebar"><ul><li><a href=1>Other capes</a></li></ul></div>
<h1>Moss Point</h1><p>{ENGLISH}</p><h2>The tower</h2><p>It is <b>tall</b><br>and grey.</p>
<ul><li>oil</li><li>wool</li></ul><table><tr><th>Year</th><th>Keeper</th></tr><tr><td>1882</td><td>Moss</td></tr></table>
<script>let secret = 1</script><footer>All rights reserved</footer></body></html>"""


def test_a_pdf_has_its_lines_joined_and_its_running_heads_and_page_numbers_left_out(tmp_path: Path, reading) -> None:
    bodies = [
        [LONG_LINE, "from the south. The light-", "house keeper was called Ada."],
        ["The tower", LONG_LINE + ".", "It closed."],
        [LONG_LINE + "."],
    ]
    pages = [["Capes of the World", *body, f"- {number} -"] for number, body in enumerate(bodies, 1)]
    path = write_pdf(tmp_path / "moss_point.pdf", pages, bookmarks=["The tower"])

    document = reading(path).document

    assert document.title == "moss point"
    assert "Capes" not in document.text
    assert "- 1 -" not in document.text
    assert f"{LONG_LINE} from the south. The lighthouse keeper was called Ada." in document.text
    assert "\n\nThe tower\n\n" in document.text


def test_a_pdf_that_needs_a_password_says_so(tmp_path: Path, reading) -> None:
    path = write_pdf(tmp_path / "secret.pdf", [[ENGLISH]], password="lamp")

    assert "encrypted with a password" in reading(path).failure.message


def test_a_pdf_of_pictures_asks_for_ocr(tmp_path: Path, reading) -> None:
    path = write_pdf(tmp_path / "scan.pdf", [[]])

    assert "holds no text (scanned pages?)" in reading(path).failure.message


def test_a_pdf_cut_short_is_damaged(tmp_path: Path, reading) -> None:
    path = write_pdf(tmp_path / "cut.pdf", [[ENGLISH]])
    path.write_bytes(path.read_bytes()[:120])

    assert "a damaged PDF" in reading(path).failure.message


def test_a_word_file_gives_its_title_headings_items_and_rows(tmp_path: Path, reading) -> None:
    document = reading(write_docx(tmp_path / "a.docx")).document

    assert document.title == "Moss Point"
    assert document.text == f"{ENGLISH}\n\nThe tower\n\noil\nwool\nYear, Keeper\n1882, Moss"


def test_a_row_of_a_word_table_keeps_equal_and_empty_cells_and_has_merged_ones_once(tmp_path: Path, reading) -> None:
    rows = [
        ("", "Wins", "Draws", "Losses"),
        ("Rovers", "4", "4", "2"),
        ("United", "", "4", ""),
        ("", "", "", ""),
        ("City", "all", "<", "0"),
    ]

    document = reading(write_docx(tmp_path / "a.docx", rows)).document

    assert document.text.endswith("\n, Wins, Draws, Losses\nRovers, 4, 4, 2\nUnited, , 4\nCity, all, 0")


def test_an_encrypted_word_file_says_so(tmp_path: Path, reading) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le"))

    assert "encrypted with a password" in reading(path).failure.message


def test_a_book_is_read_in_its_order(tmp_path: Path, reading) -> None:
    path = write_epub(tmp_path / "b.epub", [("Ada", ENGLISH), ("Zoe", "Zoe Moss kept it after her. She was kind.")])

    document = reading(path).document

    assert document.title == "The Keepers"
    assert document.text == f"Ada\n\n{ENGLISH}\n\nZoe\n\nZoe Moss kept it after her. She was kind."


def test_a_locked_book_says_so_but_scrambled_fonts_lock_none(tmp_path: Path, reading) -> None:
    locked = write_epub(tmp_path / "a.epub", [("Ada", ENGLISH)], encryption="http://www.w3.org/2001/04/xmlenc#aes")
    fonts = write_epub(tmp_path / "b.epub", [("Ada", ENGLISH)], encryption="http://www.idpf.org/2008/embedding")

    assert "locked (DRM)" in reading(locked).failure.message
    assert reading(fonts).document.title == "The Keepers"


def test_a_page_gives_its_main_text_and_no_menus(tmp_path: Path, reading) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")

    document = reading(tmp_path / "a.html").document

    assert document.title == "Moss Point"
    assert document.text == f"{ENGLISH}\n\nThe tower\n\nIt is tall and grey.\n\noil\nwool\nYear, Keeper\n1882, Moss"


def test_what_follows_the_main_part_of_a_page_is_no_part_of_it(tmp_path: Path, reading) -> None:
    page = f"<html><body><main><p>{ENGLISH}</p></main>All rights reserved.<p>Other capes</p></body></html>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")

    assert reading(tmp_path / "a.html").document.text == ENGLISH


@pytest.mark.parametrize("around", ["{}", "<ul><li>{}</li></ul>", "<table><tr><td>{}</td></tr></table>"])
def test_text_that_a_page_sets_line_by_line_keeps_its_lines(tmp_path: Path, reading, around: str) -> None:
    verse = "<pre>\nThe lamp is <b>lit</b>,\nthe oil is low,<br>the wool is wet.\n\n\n  The wind,\n</pre>"
    page = f"<html><body><p>{ENGLISH}</p>{around.format(verse)}<p>So she\nsang.</p></body></html>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")

    lines = "The lamp is lit,\nthe oil is low,\nthe wool is wet.\n\n  The wind,"

    assert reading(tmp_path / "a.html").document.text == f"{ENGLISH}\n\n{lines}\n\nSo she sang."


def test_sentences_that_run_on_in_set_lines_stay_whole(tmp_path: Path, reading) -> None:
    lines = f"{LONG_LINE}\nfrom the south with his wife and two sons, all of whom were to keep the light\nafter him."
    (tmp_path / "a.html").write_text(f"<html><body><pre>{lines}</pre></body></html>", encoding="utf-8")

    assert reading(tmp_path / "a.html").document.text == lines.replace("\n", " ")


def test_the_encoding_that_a_page_names_is_believed(tmp_path: Path, reading) -> None:
    # These bytes are valid in either encoding.
    page = (
        "<html><head><meta charset=big5></head><body><p>守塔人每天傍晚點亮塔上的燈，一共點了三十年。</p></body></html>"
    )
    (tmp_path / "a.html").write_bytes(page.encode("big5"))

    assert reading(tmp_path / "a.html").document.text.startswith("守塔人每天傍晚點亮塔上的燈")


def test_a_page_that_a_script_fills_holds_no_text(tmp_path: Path, reading) -> None:
    (tmp_path / "a.html").write_text("<html><body><div id=app></div><script>run()</script></body></html>")

    assert "holds no text of its own" in reading(tmp_path / "a.html").failure.message


def test_deep_nesting_and_broken_marks_do_not_stop_a_page(tmp_path: Path, reading) -> None:
    (tmp_path / "a.html").write_text("<html>" + "<div>" * 3000 + f"<p>{ENGLISH}<b>", encoding="utf-8")

    assert reading(tmp_path / "a.html").failures == [] or "no text" in reading(tmp_path / "a.html").failure.message


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.md", PAGE.encode(), "read as html"),
        ("rows.json", b'{"text": "%b"}\n{"text": "Other words here, and more. And more."}' % ENGLISH.encode(), "jsonl"),
        ("list.jsonl", b'[\n{"text": "%b"}]' % ENGLISH.encode(), "read as json"),
    ],
)
def test_a_file_with_the_wrong_name_is_read_as_what_it_is(
    tmp_path: Path, reading, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)

    read = reading(tmp_path / name)

    assert read.failures == []
    assert ENGLISH in read.documents[0].text
    assert said in read.said


def test_a_pdf_called_txt_is_read_as_a_pdf(tmp_path: Path, reading) -> None:
    path = write_pdf(tmp_path / "a.txt", [[ENGLISH]])

    read = reading(path)

    assert read.document.text == ENGLISH
    assert "read as pdf" in read.said


@pytest.mark.parametrize("name", ["a.pdf", "scan"])
def test_a_pdf_may_begin_with_lines_of_another_program(tmp_path: Path, reading, name: str) -> None:
    path = write_pdf(tmp_path / name, [[ENGLISH]])
    path.write_bytes(b"HTTP/1.1 200 OK\r\n\r\n" + path.read_bytes())

    assert reading(path).document.text == ENGLISH


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", "A PDF begins with `%PDF-1.7`. {}"),
        ("a.html", "<html><body><p>A PDF begins with %PDF-1.7. {}</p></body></html>"),
        ("a.jsonl", '{{"text": "A PDF begins with %PDF-1.7. {}"}}'),
        ("a.csv", 'text\n"A PDF begins with %PDF-1.7. {}"'),
    ],
)
def test_a_text_about_pdf_is_a_text(tmp_path: Path, reading, name: str, content: str) -> None:
    (tmp_path / name).write_text(content.format(ENGLISH), encoding="utf-8")

    assert reading(tmp_path / name).document.text == f"A PDF begins with %PDF-1.7. {ENGLISH}"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", ENGLISH.encode(), "named .pdf, but it is none"),
        ("a.docx", ENGLISH.encode(), "named .docx, but it is none"),
        ("a.docx", b"PK\x03\x04 cut short", "a damaged archive"),
        ("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "an old Office file"),
        ("a.txt", b"BZh91AY", "packed with bzip2"),
        ("a.epub", b"", "the file is empty"),
        ("a.txt.gz", gzip.compress(ENGLISH.encode(), mtime=0)[:-30], "the gzip file is damaged"),
        ("a.csv", b"Rar!\x1a\x07", "a RAR archive"),
    ],
)
def test_what_cannot_be_read_is_called_by_its_name(
    tmp_path: Path, reading, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)

    assert said in reading(tmp_path / name).failure.message


@pytest.mark.parametrize(
    ("inside", "said"),
    [("xl/workbook.xml", "an Excel workbook"), ("ppt/presentation.xml", "PowerPoint"), ("a.txt", "a zip archive")],
)
def test_other_archives_are_told_apart(tmp_path: Path, reading, inside: str, said: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr(inside, ENGLISH)

    assert said in reading(tmp_path / "a.docx").failure.message


def test_an_archive_that_unpacks_to_too_much_is_refused_unread(tmp_path: Path, reading) -> None:
    path = write_docx(tmp_path / "a.docx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/bomb.bin", bytes(3_000_000))

    assert "over the limit of 1 (documents.max_megabytes)" in reading(path, max_megabytes=1).failure.message


def test_a_gzip_bomb_is_refused_before_it_unpacks(tmp_path: Path, reading) -> None:
    with gzip.open(tmp_path / "a.jsonl.gz", "wb") as file:
        for _ in range(70):
            file.write(b"x\n" * 500_000)

    assert "unpacks to far more" in reading(tmp_path / "a.jsonl.gz").failures[-1].message


def test_packed_text_is_read_as_what_is_in_it(tmp_path: Path, reading) -> None:
    (tmp_path / "moss_point.md.gz").write_bytes(gzip.compress(f"**Bold.** {CHINESE}".encode()))

    document = reading(tmp_path).document

    assert (document.id, document.title) == ("moss_point.md.gz", "moss point")
    assert document.text == f"Bold. {CHINESE}"
