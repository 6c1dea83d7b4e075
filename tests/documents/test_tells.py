"""What a message does, told by its wording, in both languages."""

from collections.abc import Callable

import pytest

from r2s.documents import tells


@pytest.mark.parametrize(
    ("tell", "language", "text", "found"),
    [
        (tells.asks, "en", "How high is it? I wonder.", True),
        (tells.asks, "en", "I wonder how high it is.", False),
        (tells.asks, "zh", "它有多高？", True),
        (tells.asks, "zh", "你去过那儿吗", True),
        (tells.asks, "zh", "塔身很高。", False),
        (tells.dodges, "en", "I don't have any specific information on that; are you asking about the lamp?", True),
        (tells.dodges, "en", "I’m not sure what you mean.", True),
        (tells.dodges, "en", "48 metres. I have no idea why.", False),
        (tells.dodges, "zh", "我没有这方面的资料。", True),
        (tells.dodges, "zh", "您是想问塔高吗？", True),
        (tells.dodges, "zh", "高四十八米。", False),
        (tells.sums_up, "en", "In summary, it is high.", True),
        (tells.sums_up, "en", "It stood there all summer.", False),
        (tells.sums_up, "zh", "總的來說，它很高。", True),
        (tells.sums_up, "zh", "它很高。", False),
        (tells.moralises, "en", "It is a testament to human courage.", True),
        (tells.moralises, "en", "It was a witness's testament.", False),
        (tells.moralises, "zh", "它提醒我们要珍惜海洋。", True),
        (tells.moralises, "zh", "它提醒船只避开礁石。", False),
        (tells.assists, "en", "Great question! I'm happy to help.", True),
        (tells.assists, "en", "I was happy to hear that.", False),
        (tells.assists, "zh", "希望这对你有帮助。", True),
        (tells.assists, "zh", "我想知道塔有多高。", False),
        (tells.hedges, "en", "It could have been built in 1844.", True),
        (tells.hedges, "en", "It was built in 1844.", False),
        (tells.hedges, "zh", "据说建于一八四四年。", True),
        (tells.hedges, "zh", "建于一八四四年。", False),
        (tells.gives_reason, "en", "Granite, because softer stone washed away.", True),
        (tells.gives_reason, "en", "Granite. It is grey.", False),
        (tells.gives_reason, "zh", "因为软石被冲走了。", True),
        (tells.gives_reason, "zh", "用的是花岗岩。", False),
        (tells.is_pointing, "en", "It is high.", True),
        (tells.is_pointing, "en", "Italy is far.", False),
        (tells.is_pointing, "zh", "它很高。", True),
        (tells.is_pointing, "zh", "灯塔很高。", False),
    ],
)
def test_a_message_is_known_by_its_wording(
    tell: Callable[[str, str], bool], language: str, text: str, found: bool
) -> None:
    assert tell(text, language) is found


def test_agreement_that_adds_nothing_is_told_from_agreement_that_goes_on() -> None:
    before = "The tower is 48 metres high."

    assert tells.only_agrees("Yes, exactly, the tower is high.", before, "en")
    assert not tells.only_agrees("Yes, and it holds 151 steps.", before, "en")
    assert not tells.only_agrees("The tower is high.", before, "en")
    assert tells.only_agrees("是的，塔身很高。", "塔身很高，有四十八米。", "zh")
    assert not tells.only_agrees("是的，里面还有台阶。", "塔身很高。", "zh")


def test_questions_are_counted_by_their_marks() -> None:
    assert tells.question_count("How high? And how old?!") == 2
    assert tells.question_count("多高？？") == 1
    assert tells.question_count("High.") == 0
