"""Questions that a fact answers, formed only of what is known already."""

import re
from collections.abc import Iterator, Sequence

from r2s.documents.words import frequency, stems
from r2s.models.extractive.english.clauses import clause_start, main_verb
from r2s.models.extractive.english.tagging import Token, tagged
from r2s.models.extractive.english.telling import Told
from r2s.models.extractive.english.wording import lowered

Said = tuple[str, str]

_TIME = re.compile(
    r"\b(?:in|on|by|since|until|from|between|during|around|before|after) (?:the )?(?:early |late |mid-|spring |summer |\d{1,2} )?"
    r"(?:[A-Z][a-z]+ )?(?:\d{1,2}, )?\d{3,4}s?\b",
    re.IGNORECASE,
)
_MADE_WORDS = (
    "founded established created built released published opened introduced launched written discovered invented"
    " formed started completed adopted signed born elected appointed held made constructed designed"
)
_MADE = frozenset(_MADE_WORDS.split())
_BEFELL_WORDS = (
    "arrested killed replaced destroyed abolished moved sold closed banned rejected damaged attacked removed divided"
    " renamed rebuilt dissolved invaded annexed occupied hospitalized cancelled canceled postponed"
)
_BEFELL = frozenset(_BEFELL_WORDS.split())
# What may follow "is" or "was" so that the rest is what one asks for: "What is it based on?"
_ASKED_BY_PREPOSITION = frozenset(
    {"based on", "named after", "known for", "used for", "used as", "made of", "made from", "divided into", "derived from",
     "influenced by", "inspired by", "caused by", "followed by", "replaced by", "composed of", "surrounded by", "known as",
     "organized into", "made up", "powered by", "limited to", "aimed at", "associated with"}
)  # fmt: skip
_BY_WHOM_WORDS = "led owned ruled governed run headed directed written produced managed operated"
_BY_WHOM = frozenset(_BY_WHOM_WORDS.split())
# Verbs of a known subject, and the question that the rest of the clause answers; {s} is the ending of "does".
_ASKED_BY_VERB = {
    "die": "When did {x} die?", "begin": "When did {x} begin?", "start": "When did {x} start?", "open": "When did {x} open?",
    "end": "When did {x} end?", "close": "When did {x} close?", "emerge": "When did {x} emerge?",
    "live": "Where {did} {x} live?", "grow up": "Where did {x} grow up?", "study": "What {did} {x} study?",
    "move": "Where did {x} move?", "marry": "Who did {x} marry?", "win": "What did {x} win?", "receive": "What {did} {x} receive?",
    "write": "What {did} {x} write?", "say": "What {did} {x} say?", "state": "What {did} {x} say?", "argue": "What {did} {x} argue?",
    "claim": "What {did} {x} claim?", "believe": "What {did} {x} believe?", "think": "What {did} {x} think?", "want": "What {did} {x} want?",
    "hope": "What {did} {x} hope for?", "decide": "What did {x} decide?", "suggest": "What {did} {x} suggest?", "show": "What {did} {x} show?",
    "announce": "What did {x} announce?", "propose": "What {did} {x} propose?", "offer": "What {did} {x} offer?", "find": "What did {x} find?",
    "discover": "What did {x} discover?", "notice": "What did {x} notice?", "teach": "What {did} {x} teach?", "mean": "What {does} {x} mean?",
    "consist": "What {did} {x} consist of?", "include": "What {did} {x} include?", "contain": "What {did} {x} contain?",
    "produce": "What {did} {x} produce?", "provide": "What {did} {x} provide?", "require": "What {did} {x} require?", "sell": "What {did} {x} sell?",
    "describe": "What {did} {x} describe?", "note": "What {did} {x} note?", "support": "Who or what {did} {x} support?", "lead": "What {did} {x} lead to?",
    "cause": "What {did} {x} cause?", "respond": "How did {x} respond?", "react": "How did {x} react?", "change": "How did {x} change?",
    "work": "How {does} {x} work?", "refuse": "What did {x} refuse to do?", "try": "What did {x} try to do?", "attempt": "What did {x} try to do?",
    "reveal": "What did {x} reveal?", "recommend": "What did {x} recommend?", "demand": "What did {x} demand?", "promise": "What did {x} promise?",
    "play": "What {did} {x} play?", "record": "What did {x} record?", "perform": "What {did} {x} perform?",
    "speak": "What {did} {x} speak?", "eat": "What {did} {x} eat?", "join": "What did {x} join?",
}  # fmt: skip
_WHEN = frozenset({"die", "begin", "start", "open", "end", "close", "emerge"})
# What has to follow, where the verb alone would be asked about wrongly.
_NEEDS = {"lead": "to", "consist": "of", "live": "in", "move": "to", "change": "from"}
AGENTS = re.compile(
    r"\b(?:government|company|group|team|police|court|council|critics|president|king|emperor|army|committee|university|bank"
    r"|church|organi[sz]ation|students?|protesters|scientists|men|women|people|officials|authorities|leaders?|minister|troops"
    r"|researchers|residents|workers|teachers?|writers?|judges?|fans|parents|governor|mayor|general|party|parliament|congress)$",
    re.IGNORECASE,
)
_QUANTIFIED = re.compile(
    r"(?:Few|Many|Some|Most|Several|No|All|Both|Each|Every|Other|Only|More|Nearly|About|Such|Two|Three|Four)\b", re.I
)
_COUNTED = re.compile(
    r"(?:more than |over |about |around |nearly |almost |some |at least )?[\d,.]+ ((?:\w+ )?)([a-z]+s)\b"
)


def questions(told: Told, answered: str) -> Iterator[Said]:
    """Questions by the form of the main clause, the most exact first."""
    if told.follows and told.lead == "cause":
        yield from (
            ("Why was that?", "Because~|The reason is simple."),
            ("And what was the reason?", "|The reason was this."),
        )
        return
    tokens = tagged(told.written)
    verb, thing = main_verb(tokens), asked_about(told, answered)
    if verb is None:
        return
    if tokens[0].tag == "EX0":
        yield from _of_number(told.written[tokens[verb].end :].strip(), "are there")
    if not thing:
        return
    # In the first message nobody asks for more than what it is, when it was and where.
    for form in (_of_being, _of_making, _of_doing) if answered else (_of_being, _of_making):
        for question, openings in form(told, tokens, verb, thing):
            # What the document is about is no stranger once something has been told of it.
            if answered and thing == told.about.short and question.startswith(("What exactly", "Who is", "Who was")):
                continue
            yield _named_or_not(question, told, answered), openings


def asked_about(told: Told, answered: str) -> str:
    """The subject of the clause, where the user can name it: the document's own or one that was spoken of."""
    if is_about_subject(told):
        return told.about.short if answered else told.about.name
    phrase = thing_of(told.subject, answered)
    return phrase if phrase and is_known(phrase, answered) else ""


def is_about_subject(told: Told) -> bool:
    """Whether the fact is about what the document is about."""
    names = {name.lower().removeprefix("the ") for name in (told.about.name, told.about.title, told.about.short)}
    return (told.subject or _opening_name(told)).lower().removeprefix("the ") in names


def _opening_name(told: Told) -> str:
    """The document's subject, where the clause begins with it."""
    clause = told.written[clause_start(told.written) :]
    for name in (told.about.name, told.about.short):
        if clause.lower().startswith(f"{name.lower()} "):
            return name
    return ""


def thing_of(subject: str, answered: str) -> str:
    """The subject of a fact as somebody says it who has heard of it; empty where nobody would say it."""
    if _QUANTIFIED.match(subject):
        return ""
    phrase = re.sub(r"^(?:An?|One|Another|Its|His|Her|Their|This|These|The) ", "the ", subject)
    if not phrase or len(phrase.split()) > 5 or re.search(r"\d|[\"“]", phrase) or len(phrase) < 3:
        return ""
    tokens = tagged(phrase)
    if len(tokens) == 1 and tokens[0].tag != "NP0" and not phrase.endswith("s"):
        return ""
    is_name = len(tokens) > 1 and tokens[0].lower != "the" and tokens[1].text[0].isupper()
    return _as_heard(phrase, answered) or (phrase if is_name else lowered(phrase))


def _as_heard(phrase: str, answered: str) -> str:
    """The phrase as it was written inside a sentence, where its capitals mean something; empty if it never was."""
    lower, wanted = answered.lower(), phrase.lower()
    position = lower.find(wanted)
    while position > 1:
        if answered[position - 1] == " " and (answered[position - 2].isalpha() or answered[position - 2] == ","):
            return answered[position : position + len(phrase)]
        position = lower.find(wanted, position + 1)
    return ""


def is_known(phrase: str, heard: str) -> bool:
    """Whether every word of the phrase was said before."""
    return {stem for stem in stems(phrase, "en") if stem not in {"the", "of", "and"}} <= set(stems(heard, "en"))


def _named_or_not(question: str, told: Told, answered: str) -> str:
    """The question with a pronoun where the first message has just named what it is about."""
    about = told.about
    if answered or not about.pronoun:
        return question
    return question.replace(about.name, about.pronoun).replace(about.short, about.pronoun)


def _of_being(told: Told, tokens: Sequence[Token], verb: int, thing: str) -> Iterator[Said]:
    word, rest = tokens[verb].lower, tokens[verb + 1 :]
    if word not in {"is", "are", "was", "were"} or len(rest) < 2:
        return
    # "Prime ministers" is what one calls it, "the prime minister is" what the text says.
    if thing in {told.about.name, told.about.short} and (told.about.pronoun == "they") == (word in {"is", "was"}):
        return
    is_person = told.about.is_person and thing == told.about.short
    if rest[0].lower in {"a", "an", "one", "both"} or (rest[0].lower == "the" and rest[1].tag not in {"AJS", "ORD"}):
        yield (f"Who {word} {thing}?" if is_person else f"What exactly {word} {thing}?"), "|"
    if rest[0].lower == "the" and rest[1].tag == "AJS":
        yield f"What's special about {thing}?", "|One thing, certainly."
    if rest[0].lower in {"located", "situated"} or (rest[0].lower in {"in", "at"} and rest[1].tag == "NP0"):
        yield f"Where {word} {thing}?", "|"
    pair = f"{rest[0].lower} {rest[1].lower}"
    if pair in _ASKED_BY_PREPOSITION:
        yield (f"What {word} {thing} {pair}{' of' if pair == 'made up' else ''}?"), "|"
    if rest[0].lower in _BY_WHOM and rest[1].lower == "by":
        yield f"Who {word} {thing} {rest[0].lower} by?", "|"


def _of_making(told: Told, tokens: Sequence[Token], verb: int, thing: str) -> Iterator[Said]:
    """When something was made or befell, and by whom."""
    if tokens[verb].lower not in {"was", "were"} or verb + 2 >= len(tokens):
        return
    auxiliary, participle, after = tokens[verb].lower, tokens[verb + 1].lower, tokens[verb + 2].lower
    if participle in _MADE:
        if _TIME.search(told.text):
            yield f"When {auxiliary} {thing} {participle}?", "|"
        if after == "by":
            yield f"Who {auxiliary} {thing} {participle} by?", "|"
        if participle in {"born", "held"} and after == "in" and tokens[verb + 3].tag == "NP0":
            yield f"Where {auxiliary} {thing} {participle}?", "|"
    if participle in _BEFELL:
        yield f"What happened to {thing}?", "|"


def _of_doing(told: Told, tokens: Sequence[Token], verb: int, thing: str) -> Iterator[Said]:
    token = tokens[verb]
    after = tokens[verb + 1].lower if verb + 1 < len(tokens) else ""
    if token.tag not in {"VVD", "VVZ", "VVB", "VHZ", "VHB", "VHD"}:
        return
    did = "did" if token.tag in {"VVD", "VHD"} else "do" if token.tag in {"VVB", "VHB"} else "does"
    if token.tag.startswith("VH") or token.lower in {"contains", "contain", "includes", "include"}:
        yield from _of_number(told.written[token.end :].strip(), f"{did} {thing} have")
    verb_base = _base(token.lower)
    frame = _ASKED_BY_VERB.get(verb_base)
    fits = after == _NEEDS.get(verb_base, after) and (verb_base not in _WHEN or _TIME.search(told.text))
    if frame and fits and (did == "did" or " did " not in frame):
        yield frame.format(x=thing, did=did, does=did), "|"
    elif token.tag == "VVD" and (AGENTS.search(thing) or (told.about.is_person and thing == told.about.short)):
        yield (f"And what did {thing} do next?" if told.follows else f"What did {thing} do?"), "|"


def _of_number(rest: str, asks: str) -> Iterator[Said]:
    """How many there are of something that anybody might ask for."""
    match = _COUNTED.match(rest)
    if match and frequency(match[2], "en") > 4 and not match[1].strip().endswith("ly"):
        yield f"How many {match[1]}{match[2]} {asks}?", "|"


def _base(word: str) -> str:
    from lemminflect import getLemma

    return next(iter(getLemma(word, "VERB")), word)
