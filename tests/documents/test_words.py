"""Words: what counts as one, and which belong to a subject."""

from r2s.documents.words import COMMON_ZIPF, frequency, specific_words, stems, words


def test_english_words_keep_numbers_abbreviations_and_compounds_whole() -> None:
    text = "The U.S. Navy’s well-known lamp cost $1,234.5 in 1882; it's gone."

    assert " ".join(words(text, "en")) == "the u.s navy's well-known lamp cost 1,234.5 in 1882 it's gone"


def test_chinese_words_come_in_simplified_script_without_signs() -> None:
    assert list(words("圖書館，很大！GPU有3.5個", "zh")) == ["图书馆", "很大", "gpu", "有", "3.5", "个"]


def test_english_stems_join_the_forms_of_a_word() -> None:
    assert list(stems("lamps burning burned", "en")) == ["lamp", "burn", "burn"]


def test_common_words_are_more_frequent_than_those_of_a_subject() -> None:
    assert frequency("the", "en") > COMMON_ZIPF > frequency("lighthouse", "en")
    assert frequency("的", "zh") > COMMON_ZIPF > frequency("灯塔", "zh")
    assert frequency("qwxyz", "en") == 0


def test_names_numbers_and_rare_words_are_specific_in_english() -> None:
    text = (
        "People said that Mr. Brown, a well-known botanist in today's London, didn't sell 1,234 lighthouses. I'm sure."
    )

    found = specific_words(text, "en")

    assert {"brown", "botanist", "london", "1,234", "lighthous"} <= found
    assert not {"peopl", "well-known", "today", "didn't", "i'm", "sure", "sell"} & found


def test_rare_words_and_names_are_specific_in_chinese() -> None:
    found = specific_words("屠呦呦发现了青蒿素，他们在1972年开始使用它。", "zh")

    assert {"1972"} <= found
    assert any("青蒿" in word for word in found)
    assert not {"他们", "开始", "使用", "了", "在"} & found
