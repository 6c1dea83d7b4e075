"""Replies in tagged parts: what models make of the tags, and what must not be guessed."""

import pytest

from r2s.agents.instruction_critic import NewPair
from r2s.agents.response_critic import BetterAnswer
from r2s.errors import AnswerError
from r2s.models.parsing import parse_answer

WHOLE = "[New Instruction]\nName two capes.\n[End]\n[New Answer]\nMoss Point and Skerry Head.\n[End]"


@pytest.mark.parametrize(
    "reply",
    [
        WHOLE,
        f"Critique: it is too easy.\n\n{WHOLE}\n\nThat is all.",
        WHOLE.upper()
        .replace("NAME TWO CAPES.", "Name two capes.")
        .replace("MOSS POINT AND SKERRY HEAD.", "Moss Point and Skerry Head."),
        "4. **[New Instruction]** Name two capes. **[End]**\n5. **[New Answer]**: Moss Point and Skerry Head. [End]",
        "## [New Instruction]\nName two capes.\n## [End]\n## [New Answer]\nMoss Point and Skerry Head.\n## [End]",
        "New Instruction: Name two capes.\n[End]\n**New Answer:** Moss Point and Skerry Head.\n[End]",
        "【New Instruction】Name two capes.【End】\n【New Answer】Moss Point and Skerry Head.【End】",
        "[ New  Instruction ]: Name two capes. [ End ] [New Answer]: Moss Point and Skerry Head. [End]",
        f"Below follows the [New Instruction], then the [New Answer].\n{WHOLE}",
    ],
)
def test_however_the_tags_are_set_both_texts_are_found(reply):
    pair = parse_answer(reply, NewPair)

    assert (pair.instruction, pair.answer) == ("Name two capes.", "Moss Point and Skerry Head.")


@pytest.mark.parametrize(
    "answer",
    [
        "Endangered animals need help.",
        "The End of history is a book. In the end, it was wrong.",
        "**End** of the line:\nend",
        "- one\n- two\n\n    code = [1]\n\n**bold**",
        "A model thinks inside <think> and </think>, and the rest follows.",
    ],
)
def test_an_answer_ends_at_its_tag_and_nowhere_else(answer):
    assert parse_answer(f"[Better Answer]\n{answer}\n[End]", BetterAnswer).answer == answer


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("", r"\[New Instruction\] to \[End\] is missing"),
        (WHOLE.removesuffix("[End]"), r"\[New Answer\] to \[End\] is missing"),
        (WHOLE.replace("\n[End]", "", 1), r"\[New Instruction\] to \[End\] is missing"),
        (WHOLE.partition("[New Answer]")[0], r"\[New Answer\] to \[End\] is missing"),
        (WHOLE.partition("[End]\n")[2], r"\[New Instruction\] to \[End\] is missing"),
        (f"{WHOLE}\n{WHOLE}", "there 2 times"),
        (f"{WHOLE}\nand more [End]", "too many"),
        (WHOLE.replace("Name two capes.", "your instruction"), "stands where the text itself belongs"),
        (WHOLE.replace("Moss Point and Skerry Head.", "N/A"), "stands where the text itself belongs"),
        (WHOLE.replace("Moss Point and Skerry Head.", ""), "stands where the text itself belongs"),
        (WHOLE.replace("Moss Point", "Here is the improved answer: Moss Point"), "announcing itself"),
        (WHOLE.replace("Moss Point", "以下是改进后的回答：莫斯角"), "announcing itself"),
    ],
)
def test_a_reply_with_a_part_missing_gives_nothing_and_says_which(reply, said):
    with pytest.raises(AnswerError, match=said):
        parse_answer(reply, NewPair)


@pytest.mark.parametrize("answer", ["😀", "42", "=", "None", "The answer is 7.", "Your answer depends on N/A values."])
def test_a_short_answer_is_an_answer(answer):
    assert parse_answer(f"[Better Answer] {answer} [End]", BetterAnswer).answer == answer


def test_critiques_are_read_point_by_point():
    critiques = "[Instruction Critique]\n- detail: none\n- 知识：无误\n- reasoning: Sound.\n- ambiguity: so sound it bores\n[End]"

    pair = parse_answer(f"{critiques}\n[Answer Critique] too short [End]\n{WHOLE}", NewPair)

    assert pair.instruction_critique == ("detail: none", "ambiguity: so sound it bores")
    assert pair.answer_critique == ("too short",)


def test_a_critique_without_tags_is_all_that_stands_before_the_first_part():
    assert parse_answer(f"1. Too easy.\n\n2. Too short.\n{WHOLE}", NewPair).instruction_critique == (
        "1. Too easy.",
        "2. Too short.",
    )
    assert parse_answer("Vague.\n[Better Answer] Clear. [End]", BetterAnswer).critique == ("Vague.",)
