"""The Chinese rules of the baseline: what its users may say, and what answers it."""

import pytest

from r2s.documents import Document
from r2s.documents.foreknowledge import foreknown
from r2s.documents.raw import RawDocument
from r2s.documents.readers import make_document
from r2s.documents.scripts import to_simplified, to_traditional
from r2s.documents.subject import subject_of
from r2s.models.extractive.chinese.clauses import clean, pieces_of
from r2s.models.extractive.chinese.language import Chinese
from r2s.models.extractive.chinese.topics import topic_of
from r2s.models.extractive.chinese.words import key_word
from r2s.models.extractive.moves import Move
from r2s.models.prompt import Line
from r2s.policies.acceptance import Acceptance
from r2s.policies.population import shipped_population

SCHOOL = (
    "青溪中学是江南省青溪县的一所中学，创办于1912年。该校现有学生1200人，教师86人。"
    "他们因此把旧校舍让给了医院。王建国是青溪中学的首任校长。王建国曾在法国学习化学。"
    "由于缺少经费，学校在1931年停办了两年。校园里有一座图书馆，占地三百平方米。"
)
BOWL = (
    "此碗敞口，深腹，圈足。通体施青釉，釉面莹润。碗心刻一朵莲花，外壁刻缠枝纹。底部刻有“长春堂”三字楷书款。"
    "这类碗多用于饮茶。"
)
BATTLE = "青溪之役發生於1645年。當時守軍只有三百人，卻擋住了敵軍五天。後來援軍趕到，圍城的軍隊才撤退。"


def document(text: str, title: str | None = None, lang: str | None = None) -> Document:
    return make_document(RawDocument(id="d", title=title, text=text, source="test", lang=lang), "d")


def play(text: Document, turns: int = 20, choice: int = 0) -> list[tuple[Move, str]]:
    """A dialogue that takes from each passage one of its moves, with what the user really says first."""
    language, transcript, told = Chinese(), list[Line](), list[tuple[Move, str]]()
    for passage in [passage for passage in text.passages for _ in range(3)]:
        moves = language.moves(text, passage, transcript)
        if not moves or len(told) == turns:
            continue
        move = moves[choice % len(moves)]
        said = move.says if transcript else language.opening("女儿问起这件事，我没答上来。", move.says)
        transcript += [Line("user", said), Line("assistant", move.replies[choice % len(move.replies)])]
        told.append((move, said))
    return told


@pytest.fixture(params=[(SCHOOL, "青溪中学"), (BOWL, "【清】青釉刻花碗"), (BATTLE, "青溪之役")], ids=["学", "碗", "役"])
def text(request: pytest.FixtureRequest) -> Document:
    return document(*request.param)


@pytest.mark.parametrize("choice", range(5))
def test_every_quote_stands_in_its_passage(text: Document, choice: int):
    places = {passage.id: text.passage_text(passage) for passage in text.passages}

    quotes = [quote for move, _ in play(text, choice=choice) for quote in move.quotes]

    assert quotes
    assert all(quote in places[id] for id, quote in quotes)


@pytest.mark.parametrize("choice", range(5))
def test_the_user_never_says_what_only_the_document_knows(text: Document, choice: int):
    heard = [subject_of(text)]

    for move, _ in play(text, choice=choice):
        assert not foreknown(move.says, text, heard)
        heard += [move.says, move.replies[choice % len(move.replies)]]


@pytest.mark.parametrize("choice", range(5))
def test_nothing_is_said_twice(text: Document, choice: int):
    told = play(text, choice=choice)

    says = [move.says for move, _ in told]
    quotes = [quote for move, _ in told for quote in move.quotes]

    assert len(set(says)) == len(says)
    assert len(set(quotes)) == len(quotes)


def test_most_of_a_document_is_conveyed(text: Document):
    conveyed = sum(len(quote) for move, _ in play(text) for _, quote in move.quotes)

    assert conveyed >= 0.75 * len(text.text)


def test_the_same_moment_gives_the_same_moves():
    first = Chinese().moves(document(BOWL, "【清】青釉刻花碗"), document(BOWL).passages[0], [])

    again = Chinese().moves(document(BOWL, "【清】青釉刻花碗"), document(BOWL).passages[0], [])

    assert list(first) == list(again)


def test_a_choice_of_types_is_offered_once_the_dialogue_runs():
    bowl = document(BOWL, "【清】青釉刻花碗")
    before = [Line("user", "清代的青釉刻花碗长什么样？"), Line("assistant", "这只碗敞口，深腹，圈足。")]

    types = {move.type for move in Chinese().moves(bowl, bowl.passages[1], before)}

    assert len(types) == 6


def test_a_dialogue_does_not_begin_with_an_opinion():
    school = document(SCHOOL, "青溪中学")

    types = {move.type for move in Chinese().moves(school, school.passages[0], [])}

    assert "question-answer" in types
    assert types.isdisjoint({"opinion-agreement", "opinion-rebuttal"})


@pytest.mark.parametrize(
    ("passage", "asked"),
    [(0, "形状"), (1, "颜色"), (2, "图案"), (3, "字"), (4, "做什么用")],
)
def test_the_first_question_is_about_what_the_sentence_tells(passage: int, asked: str):
    bowl = document(BOWL, "【清】青釉刻花碗")
    heard = [Line("user", "女儿问起清代的青釉刻花碗。"), Line("assistant", "可以说说。")]

    questions = [
        move.says for move in Chinese().moves(bowl, bowl.passages[passage], heard) if move.type == "question-answer"
    ]

    assert asked in "".join(questions)


def test_a_word_just_heard_can_be_asked_about():
    school = document(SCHOOL, "青溪中学")
    heard = [Line("user", "青溪中学是什么样的？"), Line("assistant", "王建国是青溪中学的首任校长。")]

    moves = Chinese().moves(school, school.passages[4], heard)

    assert "那王建国呢？" in [move.says for move in moves]


def test_a_name_not_yet_heard_is_not_asked_about():
    school = document(SCHOOL, "青溪中学")
    heard = [Line("user", "青溪中学是什么样的？"), Line("assistant", "现有学生1200人。")]

    moves = Chinese().moves(school, school.passages[4], heard)

    assert moves
    assert not any("王建国" in move.says for move in moves)


def test_no_more_than_two_doubts_are_offered():
    bowl = document(BOWL, "【清】青釉刻花碗")
    doubts = ["材料再好，看着还不都一样？", "我看它也没什么特别的。"]
    heard = [Line(who, text) for doubt in doubts for who, text in (("user", doubt), ("assistant", "可以说说。"))]

    types = {move.type for move in Chinese().moves(bowl, bowl.passages[2], heard)}

    assert types
    assert "opinion-rebuttal" not in types


@pytest.mark.parametrize("type", ["question-question", "statement-inquiry"])
def test_the_assistant_asks_back_once(type: str):
    bowl = document(BOWL, "【清】青釉刻花碗")
    heard = [Line("user", "女儿问起清代的青釉刻花碗。"), Line("assistant", "可以说说。")]

    replies = [
        reply
        for passage in bowl.passages
        for move in Chinese().moves(bowl, passage, heard)
        if move.type == type
        for reply in move.replies
    ]

    assert replies
    assert all(reply.endswith("？") and reply.count("？") == 1 for reply in replies)


def test_what_points_back_is_said_together_with_what_it_points_at():
    school = document(SCHOOL, "青溪中学")
    far = [Line("user", "有什么可说的？"), Line("assistant", "校园里有一座图书馆，占地三百平方米。")]

    for move in Chinese().moves(school, school.passages[2], far):
        assert [id for id, _ in move.quotes] == ["p2", "p3"]


def test_this_school_is_said_as_people_say_it():
    pieces = pieces_of("该校现有学生1200人。", "", topic_of("青溪中学", SCHOOL))

    assert [piece.spoken for piece in pieces] == ["这所学校现有学生1200人。"]


def test_a_pronoun_of_somebody_else_hangs_on_the_sentence_before():
    topic = topic_of("青溪中学", SCHOOL)

    hanging = [
        pieces_of(sentence, "王建国是校长。", topic)[0].hangs for sentence in ("他曾在法国学习。", "校园里有一座塔。")
    ]

    assert hanging == [True, False]


def test_a_person_stays_he_when_the_sentence_before_was_about_him():
    person = topic_of("王建国", "王建国是化学家，生于青溪。他曾在法国学习。他写过三本书。")

    assert not pieces_of("他曾在法国学习。", "王建国是化学家，生于青溪。", person)[0].hangs


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("郭-{麐}-（）字群伯。", "郭麐字群伯。"),
        ("线鳗（学名：Moringua）生活在海里", "线鳗生活在海里"),
        ("万原（1766~1826年），江西人。", "万原（1766~1826年），江西人。"),
    ],
)
def test_markup_is_never_spoken(written: str, spoken: str):
    assert clean(written) == spoken


@pytest.mark.parametrize(
    "broken",
    ["它的长，宽。", "此处包含、心脏病。", "详见下表所列各项。", "<br>校歌", "他说“明天再来", "1.青溪段：起于县城"],
)
def test_a_broken_sentence_gives_no_move(broken: str):
    assert pieces_of(broken, "", topic_of("青溪中学", SCHOOL)) == ()


def test_a_connective_is_left_out():
    assert pieces_of("此外，校园里有一座塔。", "", topic_of("青溪中学", SCHOOL))[0].spoken == "校园里有一座塔。"


def test_a_catalogue_entry_becomes_a_sentence():
    entry = "陆成山居图轴，材质为纸本，颜色为设色，尺寸为纵90cm，形制为横35cm，《山居图》轴，清，陆成绘，纸本，设色，纵90厘米，横35厘米。"

    piece = pieces_of(entry, "", topic_of("陆成山居图轴", entry))[0]

    assert piece.spoken == "这幅画是清代陆成画的，纸本，设色，纵90厘米，横35厘米。"


def test_one_dialogue_has_one_script():
    battle = document(BATTLE, "青溪之役")

    said = [text for move, _ in play(battle) for text in (move.says, *move.replies)]

    assert battle.lang == "zh-Hant"
    assert not [text for text in said if to_traditional(to_simplified(text)) != to_traditional(text)]
    assert not set("们这么说没还听过来对点与为") & set("".join(said))


def test_the_goal_is_said_in_the_script_of_the_dialogue():
    opening = Chinese().opening("女儿问起青溪之役，我没答上来。", "當時是什麼情況？")

    assert opening == "女兒問起青溪之役，我沒答上來。當時是什麼情況？"


def test_names_in_a_goal_keep_their_spelling():
    opening = Chinese().opening("女儿问起蘇里南，我没答上来。", "它在哪裡？")

    assert opening.startswith("女兒問起蘇里南，")


@pytest.mark.parametrize("goal", [goal.text for goal in shipped_population()["zh"].goals])
def test_every_shipped_goal_comes_back_in_later_turns(goal: str):
    school = document(SCHOOL, "青溪中学")
    heard = [Line("user", goal.replace("{subject}", "青溪中学")), Line("assistant", "可以说说。")]

    says = [move.says for passage in school.passages for move in Chinese().moves(school, passage, heard)]

    keys = ("讲座", "女儿", "题", "短文", "同事", "片子", "半集")
    assert any(word in text for text in says for word in keys)


def test_no_user_message_has_a_flaw():
    acceptance, school = Acceptance(), document(SCHOOL, "青溪中学")
    goal = "女儿问起青溪中学，我没答上来。"

    first = [Chinese().opening(goal, move.says) for move in Chinese().moves(school, school.passages[0], [])]

    assert first
    assert all(acceptance.of_user(text, school, [], goal) == {} for text in first)


def test_free_words_are_answered_from_the_first_passage_that_can_stand_alone():
    school = document(SCHOOL, "青溪中学")

    move = Chinese().answer(school, [school.passages[2], school.passages[1]], "有多少学生？")

    assert move is not None
    assert "学生1200人" in move.replies[0]
    assert Chinese().answer(school, [], "有多少学生？") is None


@pytest.mark.parametrize(
    ("title", "text", "subject"),
    [
        ("【清】青釉刻花碗", BOWL, "清代的青釉刻花碗"),
        ("【清 康熙】青花瓶", BOWL, "清代康熙年间的青花瓶"),
        ("【战国】铜鼎", BOWL, "战国时期的铜鼎"),
        ("汉江_(中国)", "汉江是长江的支流。它从秦岭南边流下来，在武汉汇入长江，全长一千多公里。", "汉江"),
        ("刻本《山居集》 (30卷)", BOWL, "刻本《山居集》"),
        ("雕像", "辟支佛像由石头制成。它赤着脚，没有底座，颜色因为年代久远而变暗了许多。", "博物馆里的一尊雕像"),
        (None, "这幅画描绘的是一只苍鹭。它停在柳树上，右下角有一枚印章，画家的名字没有留下来。", "博物馆里的一幅画"),
        (None, "竹子是画家喜爱的题材。他们大多住在京城，也写诗，常常在画上题自己的诗句。", "竹子"),
        ("溧阳市", "溧陽市是江蘇省的一座城市。這裡氣候溫和，四季分明，還有許多湖泊和山林。", "溧陽市"),
    ],
)
def test_a_subject_is_named_as_people_name_it(title: str | None, text: str, subject: str):
    assert subject_of(document(text, title)) == subject


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("清代的青釉刻花碗", BOWL, "ware"),
        ("青溪中学", SCHOOL, "school"),
        ("王建国", "王建国是化学家，生于青溪。", "person"),
        ("青斑鱼", "青斑鱼为鲈形目鱼科的其中一种。", "species"),
        ("山居图轴", "图绘山水。", "painting"),
        ("青溪县", "青溪县位于江南省，人口三万。", "place"),
        ("失范", "失范是社会学术语。", "idea"),
    ],
)
def test_a_topic_is_told_by_its_name_and_its_first_sentence(name: str, text: str, kind: str):
    assert topic_of(name, text).kind == kind


def test_the_rarest_noun_is_what_a_listener_takes_up():
    assert key_word("学校里有一座图书馆，还养着几只孔雀。", "青溪中学") == "孔雀"
