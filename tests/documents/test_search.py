"""Search: the passage that answers comes first, and nothing comes where nothing is shared."""

from r2s.documents.document import Document
from r2s.documents.passages import split_passages
from r2s.documents.search import PassageSearch

ENGLISH = (
    "The lighthouse was finished in 1882. Ada Moss kept the lamp for thirty years. Ships were lost on the reef before. "
    "The tower was painted white because fog hid grey stone. It burned whale oil until 1901."
)
CHINESE = "这座灯塔在1882年完工。守塔人点了三十年的灯。从前有许多船在礁石上沉没。塔身刷成白色，因为雾会遮住灰石。"


def search(text: str, language: str, *queries: str, count: int = 3) -> list[str]:
    passages = split_passages(text, language)
    document = Document(id="d", title=None, lang=language, source="test", text=text, passages=passages)
    return [document.passage_text(passage) for passage in PassageSearch(document).search(queries, count)]


def test_the_passage_that_answers_comes_first() -> None:
    assert search(ENGLISH, "en", "Why did they paint the towers white?")[0].startswith("The tower was painted")
    assert search(ENGLISH, "en", "Which ship was lost?")[0].startswith("Ships were lost")


def test_a_traditional_question_finds_a_simplified_passage() -> None:
    assert search(CHINESE, "zh", "為什麼塔身是白色的？")[0].startswith("塔身刷成白色")


def test_a_question_may_shorten_a_chinese_word() -> None:
    assert search(CHINESE, "zh", "沉船")[0].startswith("从前有许多船")


def test_queries_are_taken_together() -> None:
    found = search(ENGLISH, "en", "whale oil", "reef", count=2)

    assert sorted(found) == ["It burned whale oil until 1901.", "Ships were lost on the reef before."]


def test_nothing_comes_where_no_word_is_shared() -> None:
    assert search(ENGLISH, "en", "quantum chromodynamics") == []
    assert search(ENGLISH, "en", "", "?!") == []
    assert search(ENGLISH, "en") == []


def test_no_more_come_than_are_asked_for_or_are_there() -> None:
    assert len(search(ENGLISH, "en", "the lamp the tower", count=1)) == 1
    assert search("One lighthouse stands here.", "en", "lighthouse", count=5) == ["One lighthouse stands here."]


def test_the_same_search_gives_the_same_passages_in_the_same_order() -> None:
    text = "The lamp burned. " * 6

    assert search(text, "en", "lamp", count=6) == ["The lamp burned."] * 6
