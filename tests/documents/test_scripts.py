"""Scripts: telling them apart, and converting without moving offsets."""

from r2s.documents.scripts import is_traditional, to_simplified, to_traditional


def test_the_script_is_told_by_the_characters_that_only_one_has() -> None:
    assert is_traditional("這座燈塔很高")
    assert not is_traditional("这座灯塔很高")
    assert not is_traditional("山高水")


def test_simplifying_keeps_every_offset() -> None:
    text = "乾隆年間，圖書館裡有3,000冊書。 The lamp."

    simplified = to_simplified(text)

    assert len(simplified) == len(text)
    assert "图书馆" in simplified


def test_a_text_goes_to_traditional_script() -> None:
    assert to_traditional("图书馆的灯") == "圖書館的燈"
