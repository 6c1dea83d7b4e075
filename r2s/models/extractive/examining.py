"""The baseline in an examination: as seeder, candidate, reviewer and chairman of Review-Instruct.

With a document it asks and answers out of that. Without one it knows nothing but what has been said: it answers with a
sentence or with words of the question, and asks on about a word that has come up.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from r2s.documents.document import Document
from r2s.documents.passages import split_passages
from r2s.documents.scripts import is_traditional, to_simplified, to_traditional
from r2s.documents.subject import subject_of
from r2s.documents.words import EVERYDAY_ZIPF, frequency, stems, words
from r2s.errors import AnswerError
from r2s.models.extractive.moves import Language, Move
from r2s.models.extractive.playing import is_sayable
from r2s.models.extractive.reviewing import rate
from r2s.models.request import Request

GOALS = {"en": "I would like to know about {}.", "zh": "想了解一下{}。"}
# How the candidate names the words that its answer is made of.
ANSWERS = {
    "en": (
        "In short, it is about {}.",
        "What matters here: {}.",
        "It turns on {}.",
        "Look first at {}.",
        "Most of it hangs on {}.",
        "The heart of the matter is {}.",
    ),
    "zh": (
        "简单说，就是{}。",
        "要紧的是{}。",
        "关键在于{}。",
        "先看{}。",
        "多半取决于{}。",
        "说到底是{}。",
    ),
}
QUESTIONS = {
    "depth": {
        "en": (
            "What exactly do you mean by “{}”?",
            "Could you go further into “{}”?",
            "Why does “{}” matter so much here?",
            "How would you explain “{}” to a beginner?",
        ),
        "zh": (
            "你说的“{}”到底指什么？",
            "“{}”能再讲深一点吗？",
            "“{}”为什么这么要紧？",
            "“{}”该怎么讲给外行听？",
        ),
    },
    "breadth": {
        "en": (
            "And what would you say about “{}”?",
            "Where else does one come across “{}”?",
            "Is there a good example to do with “{}”?",
            "What has “{}” to do with the rest?",
        ),
        "zh": (
            "那“{}”呢，有什么可说的？",
            "别的什么地方还会碰到“{}”？",
            "有没有跟“{}”有关的好例子？",
            "“{}”跟其余的有什么关系？",
        ),
    },
}
# What is asked about where every word has been.
LAST_RESORT = {"en": "all this", "zh": "这件事"}
# So many words make an answer.
MOST_WORDS = 4
_ENGLISH_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})*")
_QUOTED = re.compile(r"“([^”]+)”")


def open_exam(request: Request[Any], language: Language) -> dict[str, Any]:
    """The first question that a passage answers, with the subject named before it."""
    document = _document(request)
    asked = (
        move.says
        for passage in document.passages
        for move in language.moves(document, passage, ())
        if move.type == "question-answer" and is_sayable(move, document, request)
    )
    goal = GOALS[request.language].format(subject_of(document))
    return {"question": language.opening(goal, next(asked, language.opener))}


def respond(request: Request[Any], language: Language) -> dict[str, Any]:
    """What the document has on the question and has not been said; without one, what the question itself has."""
    move = next(_moves(request.document, request, language), None) if request.document else None
    if move is None:
        return {"text": _in_its_own_words(request), "citations": []}
    return {"text": move.replies[0], "citations": [{"passage": id, "quote": quote} for id, quote in move.quotes]}


def _moves(document: Document, request: Request[Any], language: Language) -> Iterator[Move]:
    """The moves that answer the question, the one it was made from first; what has been said is left out."""
    question = request.fields["question"]
    hits = document.search.search([question], len(document.passages))
    ranked = list(dict.fromkeys([*hits, *document.passages]))
    told = "\n".join(line.text for line in request.transcript)
    made_from = (
        move
        for passage in ranked
        for move in language.moves(document, passage, request.transcript)
        if question.endswith(move.says)
    )
    if first := next(made_from, None):
        yield first
    for passage in ranked:
        move = language.answer(document, [passage], question)
        if move and move.replies[0] not in told:
            yield move


def _in_its_own_words(request: Request[Any]) -> str:
    """The sentence of the question's material that is nearest to what is asked, else the question's rarest words."""
    question, name = request.fields["question"], request.language
    told = {line.text for line in request.transcript}
    sentences = [question[part.start : part.end] for part in split_passages(question, name)]
    asked = set(stems(sentences[0], name)) if sentences else set()
    material = [sentence for sentence in sentences[1:] if sentence not in told and _matter(sentence, name)]
    if material:
        return max(material, key=lambda sentence: len(asked.intersection(stems(sentence, name))))
    shape = ANSWERS[name][len(request.transcript) // 2 % len(ANSWERS[name])]
    named = _named(question, request) or [LAST_RESORT[name]]
    return _in_script(shape.format(("、" if name == "zh" else ", ").join(named)), question)


def _named(question: str, request: Request[Any]) -> Sequence[str]:
    """The words to answer with; where one word is asked about, that and those that it came up with."""
    name, quoted = request.language, _QUOTED.search(question)
    if quoted is None:
        return _matter(question, name)[:MOST_WORDS]
    word = to_simplified(quoted[1])
    earlier = next((line.text for line in request.transcript if word in to_simplified(line.text)), "")
    return list(dict.fromkeys([word, *_matter(earlier, name)]))[:MOST_WORDS]


def criticise(request: Request[Any], language: Language) -> dict[str, Any]:
    """Scores of what can be measured; without a document nothing speaks against the truth of an answer."""
    scores = rate(request.fields["response"].node, request.fields["question"], request)
    del scores["spoken"]
    if request.document is None:
        scores["accuracy"] = 3
    names = {"usefulness": "repeats", "relevance": "unanswered", "accuracy": "ungrounded"}
    weaknesses = [language.weakness(name) for criterion, name in names.items() if scores[criterion] < 3]
    vote = "negative" if weaknesses else "positive"
    return {"weaknesses": weaknesses, "suggestion": "", "vote": vote, **scores}


def ask_on(request: Request[Any], language: Language) -> dict[str, Any]:
    """A question about a word that no question has had: of the last answer for depth, of the first ones for breadth.

    It cannot make a question by an operation.
    """
    fields, name = request.fields, request.language
    questions = [*(line.text for line in request.transcript if line.speaker == "user"), fields["question"]]
    answers = [*(line.text for line in request.transcript if line.speaker == "assistant"), fields["response"]]
    said = answers[::-1] if fields["mode"] == "depth" else answers
    named = [word for text in [*said, questions[0]] for word in _matter(text, name)]
    asked, followed = to_simplified("\n".join(questions)).lower(), to_simplified("\n".join(questions[1:]))
    fresh = [word for word in named if word.lower() not in asked]
    left = [word for word in named if f"“{word}”" not in followed]
    word = next(iter([*fresh, *left]), LAST_RESORT[name])
    shapes = QUESTIONS[fields["mode"]][name]
    question = _in_script(shapes[(len(questions) - 1) % len(shapes)].format(word), fields["question"])
    return {"reason": language.advice(fields["mode"]), "question": question}


def _matter(text: str, language: str) -> Sequence[str]:
    """The words that say something, each once, the rarest first; those of the baseline's own phrases say nothing."""
    found = words(text, "zh") if language == "zh" else _ENGLISH_WORD.findall(text)
    named = [word for word in found if len(word) > 1 and not word.isnumeric()]
    telling = [word for word in named if frequency(word, language) < EVERYDAY_ZIPF]
    own = _own_words(language)
    return sorted(
        dict.fromkeys(word for word in telling if word.lower() not in own), key=lambda word: frequency(word, language)
    )


@functools.cache
def _own_words(language: str) -> frozenset[str]:
    phrases = [*ANSWERS[language], *(shape for shapes in QUESTIONS.values() for shape in shapes[language])]
    return frozenset(word for phrase in phrases for word in words(phrase.replace("{}", " "), language))


def _in_script(text: str, like: str) -> str:
    """Chinese in the script of another text."""
    return to_traditional(text) if not text.isascii() and is_traditional(like) else text


def _document(request: Request[Any]) -> Document:
    if request.document is None:
        raise AnswerError(f"the {request.role} needs the document")
    return request.document
