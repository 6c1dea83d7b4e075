"""Exact Chinese questions of the baseline: who, when, where, how many, and the answers they get."""

import pytest

from r2s.documents import Document
from r2s.documents.foreknowledge import foreknown
from r2s.documents.raw import RawDocument
from r2s.documents.readers import make_document
from r2s.documents.subject import subject_of
from r2s.models.extractive.chinese.clauses import pieces_of
from r2s.models.extractive.chinese.language import Chinese
from r2s.models.extractive.chinese.marking import is_own, marked
from r2s.models.extractive.chinese.topics import topic_of
from r2s.models.extractive.moves import Move
from r2s.models.prompt import Line

HEARD = [Line("user", "先随便讲讲吧。"), Line("assistant", "好的，可以慢慢说。")]


def document(text: str, title: str) -> Document:
    return make_document(RawDocument(id="d", title=title, text=text, source="test"), "d")


def questions(text: Document, before: list[Line] = HEARD) -> list[Move]:
    moves = Chinese().moves(text, text.passages[0], before)
    return [move for move in moves if move.type == "question-answer"]


@pytest.mark.parametrize(
    ("title", "told", "asked"),
    [
        ("青溪中学", "青溪中学创办于1912年，是县里的一所中学。", "哪一年成立"),
        ("青溪中学", "青溪中学现有学生1200人，教师86人。", "有多少学生"),
        ("青溪县", "青溪县位于江南省的西北部，四面都是山。", "在哪里"),
        ("青溪县", "青溪县人口约30万，多数住在城里。", "多少人"),
        ("王建国", "王建国于1872年出生，是有名的演员。他一生演了很多戏，他的戏大家都爱看。", "哪一年出生"),
        ("王建国", "王建国，江南青溪人，著名画家。他画的多是家乡的山水，他的画大家都喜欢。", "在哪里出生"),
        ("青斑鱼", "青斑鱼，又称花斑鱼，为鲈形目鱼科的其中一种。", "别的名字"),
        ("青斑鱼", "青斑鱼分布于印度洋和太平洋的热带海区。", "分布在哪些地方"),
        ("《山居》", "《山居》是一部电影，由李大山执导。", "谁导演"),
        ("【清】寿山石印", "印文是长春堂主。这方印的石头是黄色的。", "什么字"),
        (
            "山居图轴",
            "山居图轴，材质为纸本，颜色为设色，尺寸为纵90cm，形制为横35cm，《山居图》轴，清，陆成绘，纸本，设色，纵90厘米，横35厘米。",
            "谁画的",
        ),
    ],
)
def test_what_a_sentence_tells_exactly_is_asked_for_exactly(title: str, told: str, asked: str):
    says = [move.says for move in questions(document(told, title))]

    assert asked in "".join(says)


def test_an_exact_question_comes_before_the_loose_ones_and_at_most_three_do():
    found = questions(document("青溪中学创办于1912年，校舍由李大山设计。", "青溪中学"))

    assert 1 <= len(found) <= 3
    assert all(move.says.endswith("？") for move in found)
    assert "成立" in found[0].says


def test_the_reply_leads_with_the_sentence_that_answers():
    move = questions(document("青溪中学创办于1912年，是县里的一所中学。", "青溪中学"))[0]

    assert move.replies[0].startswith("青溪中学创办于1912年")
    assert all("1912年" in reply for reply in move.replies)


def test_an_answer_late_in_a_sentence_is_said_first_in_the_fuller_reply():
    text = document("青溪中学是江南省青溪县城里的一所普通中学，创办于1912年。", "青溪中学")
    move = next(move for move in questions(text) if "成立" in move.says)

    assert move.replies[1].startswith("1912年。青溪中学是")


def test_nobody_asks_for_what_was_told_already():
    told = [*HEARD, Line("user", "说说学校。"), Line("assistant", "学校在1912年有了第一座楼。")]

    says = [move.says for move in questions(document("青溪中学创办于1912年，是县里的一所中学。", "青溪中学"), told)]

    assert says
    assert not any("成立" in text for text in says)


def test_nobody_asks_in_other_words_for_what_was_asked_already():
    asked = [*HEARD, Line("user", "这所学校是什么时候成立的？"), Line("assistant", "这个问题问得好。")]

    says = [move.says for move in questions(document("青溪中学创办于1912年，是县里的一所中学。", "青溪中学"), asked)]

    assert not any("成立" in text for text in says)


@pytest.mark.parametrize(
    ("title", "told", "silly"),
    [
        ("青溪中学", "青溪中学图书馆建于1930年，是县里最大的图书馆。", "哪一年"),
        ("王建国", "王建国的父亲出生于1850年，是一名木匠。他后来到了省城，他很少回家。", "哪一年"),
        ("王建国", "王建国是演员。他的戏，因此成为了大家爱看的节目，他自己很高兴。", "为了什么"),
        ("青溪马鹿", "青溪马鹿因为被烹吃，只剩下一百多头，是一种马鹿属动物。", "吃什么"),
    ],
)
def test_what_is_told_of_something_else_is_not_asked_of_the_topic(title: str, told: str, silly: str):
    says = [move.says for move in questions(document(told, title))]

    assert says
    assert not any(silly in text for text in says)


def test_a_word_that_was_heard_can_be_asked_about_and_an_unheard_one_cannot():
    text = document("李大山是一位画家。青溪中学的校长常常请他来讲课。", "青溪中学")
    heard = [*HEARD, Line("user", "还有呢？"), Line("assistant", "学校请来了李大山。")]

    assert "李大山是谁？" in [move.says for move in questions(text, heard)]
    assert not any("李大山" in move.says for move in questions(text))


def test_a_traditional_document_gets_traditional_questions():
    text = document("青溪中學創辦於1912年，是縣裡的一所中學。學生們都說這裡很好。", "青溪中學")

    says = [move.says for move in questions(text)]

    assert text.lang == "zh-Hant"
    assert "這所學校是哪一年成立的？" in says


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("青溪中学", "青溪中学创办于1912年，由李大山设计，现有学生1200人。"),
        ("青斑鱼", "青斑鱼，又称花斑鱼，分布于印度洋，体长可达30公分。"),
        ("青溪县", "青溪县位于江南省，面积30平方公里，人口约30万，因盛产青石而得名。"),
    ],
)
def test_no_exact_question_gives_anything_away(title: str, told: str):
    text = document(told, title)

    says = [move.says for move in questions(text)]

    assert says
    assert not any(foreknown(each, text, [subject_of(text)]) for each in says)


def test_a_mention_as_owner_is_not_a_mention_as_subject():
    school = topic_of("青溪中学", "青溪中学是一所中学，有学生。")

    assert marked("青溪中学创办于1912年。", school).startswith("TTTT创办")
    assert marked("青溪中学的校长是王建国。", school).startswith("PPPP的校长")
    assert marked("青溪中学和县立小学合办了一个班。", school).startswith("青溪中学和")


def test_a_left_out_subject_is_the_topic_only_where_nobody_else_came_between():
    assert is_own("TTTT是一所中学，创办于1912年。", 10)
    assert not is_own("TTTT是一所中学，校长住在县城，出生于1912年。", 17)


def test_therefore_is_never_taken_for_this_work():
    scroll = topic_of("兰亭书法作品", "这件书法作品写于春天。")

    spoken = [
        pieces_of(text, "", scroll)[0].spoken
        for text in ("因此作为礼物送给了朋友。", "这封信写得好，因此作为范本流传下来。")
    ]

    assert not any("这件书法作品" in text for text in spoken)
    assert "因此作为范本" in spoken[1]
