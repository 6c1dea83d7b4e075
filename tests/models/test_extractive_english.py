"""The baseline's English: what its users may say, and what its replies convey."""

import pytest

from r2s.documents.document import Document
from r2s.documents.foreknowledge import foreknown
from r2s.documents.passages import split_passages
from r2s.documents.subject import subject_of
from r2s.models.extractive.english.clauses import facts_of
from r2s.models.extractive.english.language import English
from r2s.models.extractive.english.subject import named, subject_in
from r2s.models.extractive.english.wording import spoken, without_brackets
from r2s.models.extractive.moves import Move
from r2s.models.prompt import Line
from r2s.trees.node import LOGIC_TYPES

LIGHTHOUSE = (
    "The Marrow Lighthouse is a stone tower on the northern tip of Gull Island. It was built in 1871 by the engineer Ada Finch, "
    "and it replaced a wooden beacon that had burnt down. The keepers lived in a cottage beside the tower. "
    "However, storms destroyed the cottage in 1903 (see also Storms of the North). The lamp was fed with whale oil until 1922, "
    "when electric light was introduced. Few ships use the lamp today, because satellites are cheaper and safer. "
    "About 12,000 visitors climb the 187 steps each year."
)


def document(text: str, title: str = "Marrow Lighthouse") -> Document:
    return Document(id="d", title=title, lang="en", source="test", text=text, passages=split_passages(text, "en"))


def said(*texts: str) -> tuple[Line, ...]:
    """A transcript of turns by user and assistant."""
    return tuple(Line("user" if number % 2 == 0 else "assistant", text) for number, text in enumerate(texts))


def moves(doc: Document, passage: int, *transcript: str) -> list[Move]:
    return list(English().moves(doc, doc.passages[passage - 1], said(*transcript)))


def of_type(found: list[Move], type: str) -> list[Move]:
    return [move for move in found if move.type == type]


def play(doc: Document, turns: int = 12) -> list[tuple[Move, tuple[Line, ...]]]:
    """A dialogue that takes the open passages in order and the types in turn; each move with what was said before."""
    lines, played = [], []
    for turn in range(turns):
        fitting = [
            move
            for passage in doc.passages
            for move in English().moves(doc, passage, tuple(lines))
            if not foreknown(move.says, doc, [subject_of(doc), *(line.text for line in lines)])
        ]
        if not fitting:
            break
        wanted = LOGIC_TYPES[turn % len(LOGIC_TYPES)]
        move = next((move for move in fitting if move.type == wanted), fitting[0])
        played.append((move, tuple(lines)))
        opening = "I'm putting together a quiz for friends, and one round is about Marrow Lighthouse."
        says = move.says if lines else English().opening(opening, move.says)
        lines += [Line("user", says), Line("assistant", move.replies[0])]
    return played


def test_every_type_of_turn_is_offered_for_a_plain_fact():
    found = moves(document(LIGHTHOUSE), 1)

    assert {move.type for move in found} == set(LOGIC_TYPES)


def test_a_definition_is_asked_for_with_a_question_it_answers():
    asked = of_type(moves(document(LIGHTHOUSE), 1), "question-answer")

    assert [move.says for move in asked] == ["What exactly is it?"]
    assert asked[0].replies[0].startswith("The Marrow Lighthouse is a stone tower")


def test_a_year_of_building_is_asked_for_with_inverted_auxiliary():
    doc = document("The canal joins two rivers. The canal was opened in 1820 by a queen.", "Thornby Canal")

    asked = moves(doc, 2, "Tell me about the Thornby Canal.", "The canal joins two rivers.")

    assert "When was the canal opened?" in {move.says for move in asked}


def test_an_active_verb_is_asked_for_with_do_support():
    doc = document(
        "Ada Finch was a writer. Ada Finch married a sailor in 1880. She argued that towers need no keepers.",
        "Ada Finch",
    )
    first = "Ada Finch was a writer."

    married = moves(doc, 2, "Who was Ada Finch?", first)
    argued = moves(doc, 3, "Who was Ada Finch?", first, "Who did she marry?", "Finch married a sailor in 1880.")

    assert "Who did Finch marry?" in {move.says for move in married}
    assert all(
        move.replies[0].endswith("argued that towers need no keepers.") for move in of_type(argued, "question-answer")
    )


def test_a_reason_is_asked_for_once_its_effect_was_told():
    doc = document(LIGHTHOUSE)
    told = ["What about today?", "Few ships use the lamp today."]

    asked = of_type(moves(doc, 6, *told), "question-answer")

    assert asked[0].says == "Why was that?"
    assert asked[0].replies[0] == "Because satellites are cheaper and safer."


def test_nothing_is_said_that_the_user_cannot_know():
    doc = document(LIGHTHOUSE)

    played = play(doc)

    assert len(played) > 6
    for _, before in played:
        heard = [subject_of(doc), *(line.text for line in before)]
        offered = [move for passage in doc.passages for move in English().moves(doc, passage, before)]
        assert not [move.says for move in offered if foreknown(move.says, doc, heard)]


def test_no_turn_comes_twice_in_a_dialogue():
    played = play(document(LIGHTHOUSE))

    assert len({move.says for move, _ in played}) == len(played)
    assert len({move.replies[0] for move, _ in played}) == len(played)


def test_two_objections_are_the_most_of_a_dialogue():
    doc = document(LIGHTHOUSE)
    objections = [of_type(moves(doc, 1), "opinion-rebuttal")[0].says]
    objections.append(of_type(moves(doc, 3, objections[0], "It is a tower."), "opinion-rebuttal")[0].says)

    found = moves(doc, 5, objections[0], "It is a tower.", objections[1], "The keepers lived beside it.")

    assert not of_type(found, "opinion-rebuttal")


def test_quotes_are_exact_pieces_of_their_passages():
    doc = document(LIGHTHOUSE)

    for move, _ in play(doc):
        by_id = {passage.id: doc.passage_text(passage) for passage in doc.passages}
        assert move.quotes
        assert all(quote in by_id[id] for id, quote in move.quotes)


def test_a_fact_that_was_told_is_not_told_again():
    doc = document(LIGHTHOUSE)

    assert not moves(doc, 3, "And the keepers?", "The keepers lived in a cottage beside the tower.")


def test_clauses_of_a_long_sentence_are_told_one_after_the_other():
    doc = document(LIGHTHOUSE)
    first = moves(doc, 2, "What is it?", "The Marrow Lighthouse is a stone tower on the northern tip of Gull Island.")[
        0
    ]

    second = moves(doc, 2, "What is it?", "A tower.", first.says, first.replies[0])[0]

    assert "wooden beacon" not in first.replies[0]
    assert "wooden beacon" in second.replies[0]
    assert sum(len(quote) for _, quote in first.quotes) * 2 < doc.passages[1].end - doc.passages[1].start


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("He wrote two plays in Leeds. He died in his sleep.", "Otto Brand", "Brand wrote two plays in Leeds."),
        (
            "It was founded by monks in the hills. The Priory of Ahn is small.",
            "Priory of Ahn",
            "The Priory of Ahn was founded",
        ),
        ("They were sold to a farmer. The mill was old.", "Otto Brand", None),
        ("These were sold to a museum in the end. Otto Brand liked them.", "Otto Brand", None),
    ],
)
def test_a_pronoun_without_antecedent_is_put_by_name_or_not_said(text, title, expected):
    doc = document(text, title)

    found = moves(doc, 1)

    assert not found if expected is None else any(expected in reply for move in found for reply in move.replies)


def test_a_pronoun_stays_where_it_follows_what_it_stands_for():
    doc = document(LIGHTHOUSE)
    before = ["What is it?", "The Marrow Lighthouse is a stone tower on the northern tip of Gull Island."]

    found = moves(doc, 2, *before)

    assert all("It was built in 1871" in move.replies[0] for move in found)


def test_a_pronoun_far_from_its_antecedent_is_put_by_name():
    doc = document(LIGHTHOUSE)
    before = ["What is it?", "The Marrow Lighthouse is a stone tower on the northern tip of Gull Island."]

    found = moves(doc, 2, *before, "And the keepers?", "The keepers lived in a cottage beside the tower.")

    assert all("The Marrow Lighthouse was built in 1871" in move.replies[0] for move in found)


def test_a_connective_is_dropped_where_nothing_precedes_it():
    found = moves(document("However, storms destroyed the cottage in 1903.", "The Cottage"), 1)

    assert found
    assert all("However" not in reply for move in found for reply in move.replies)


def test_sentences_about_the_text_itself_give_no_turn():
    doc = document("The following table lists all towers of the island. See also the chapter on storms below.")

    assert not moves(doc, 1)
    assert not moves(doc, 2)


@pytest.mark.parametrize("fragment", ["Towers of the north", "Founded in 1871 and painted white.", "What is a tower?"])
def test_what_is_no_statement_gives_no_fact(fragment):
    assert facts_of(fragment) == ()


def test_brackets_and_stiff_words_are_not_spoken():
    text = "Approximately forty ships (mostly trawlers) did not return.[3]"

    assert spoken(without_brackets(text)) == "About forty ships didn't return."


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("1911 Gull Island tram strike", "the 1911 Gull Island tram strike"),
        ("Dog", "dogs"),
        ("Comprehensive school", "comprehensive schools"),
        ("Buddhism", "Buddhism".lower()),
        ("New York City", "New York City"),
        ("University of Leeds", "the University of Leeds"),
        ("IPod", "the iPod"),
        ("The Suez Canal", "the Suez Canal"),
        ("Separation of powers", "the separation of powers"),
        ("Portugal", "Portugal"),
    ],
)
def test_a_title_is_named_as_a_sentence_names_it(title, expected):
    assert named(title).lower() == expected.lower() if title == "Buddhism" else named(title) == expected


def test_a_person_is_known_by_the_pronouns_of_the_text():
    woman = subject_in("Ada Finch", "Finch designed towers. She built her first one in 1871.")
    place = subject_in("Plymouth", "The harbour in Plymouth is old. He sailed from there with his crew.")

    assert (woman.pronoun, woman.short) == ("she", "Finch")
    assert not place.is_person


def test_the_opening_gives_the_subject_its_article():
    goal = "A colleague keeps talking about 1911 tram strike at lunch and I'd like to keep up."

    opening = English().opening(goal, "What should I know first?")

    assert opening.startswith("A colleague keeps talking about the 1911 tram strike at lunch")
    assert opening.endswith("keep up. What should I know first?")


def test_the_answer_to_the_assistants_question_opens_the_next_turn():
    doc = document(LIGHTHOUSE)
    asked = of_type(moves(doc, 1), "statement-inquiry")[0]

    after = moves(doc, 3, asked.says, asked.replies[0])

    assert asked.replies[0].endswith("?")
    assert all(move.says.count(". ") or move.says.count("? ") for move in after)


def test_free_words_are_answered_from_the_passage_that_fits_best():
    doc = document(LIGHTHOUSE)

    move = English().answer(doc, doc.passages, "How many visitors climb the steps?")

    assert move is not None
    assert move.replies == ("About 12,000 visitors climb the 187 steps each year.",)
    assert English().answer(doc, (), "How many visitors?") is None


def test_the_same_moment_gives_the_same_turns():
    doc = document(LIGHTHOUSE)

    assert moves(doc, 4, "Hello.", "The keepers lived there.") == moves(doc, 4, "Hello.", "The keepers lived there.")


@pytest.mark.parametrize("name", ["unanswered", "repeats", "long", "ungrounded", "recited"])
def test_every_weakness_has_words(name):
    assert len(English().weakness(name).split()) > 2
