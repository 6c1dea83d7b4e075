"""A clause taken apart for asking about it: who or what it is said of, its verbs, and the phrases that follow."""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from r2s.models.extractive.english.clauses import clause_start, main_verb
from r2s.models.extractive.english.tagging import BEFORE_NOUN, NOUNS, Token, tagged

_ENDS = frozenset({".", "!", "?", ";", ":"})
_KEPT_ADVERBS = frozenset({"first", "originally", "officially", "finally", "mainly", "usually"})
_OPENS_CLAUSE = frozenset({"CJS", "CJT", "DTQ", "PNQ", "AVQ"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece after the verb: its kind (`noun`, `with` a preposition, `to` do, `clause`, `other`) and its words."""

    kind: str
    tokens: tuple[Token, ...]
    text: str

    @property
    def opener(self) -> str:
        return self.tokens[0].lower


@dataclass(frozen=True, slots=True)
class Clause:
    """`auxiliary` is what a question puts first ("was", "can", "did"), `verbs` what stays behind the subject ("built",
    "be built", "build"), and `is_helped` says that the auxiliary stands in the clause itself."""

    head: str
    subject: tuple[Token, ...]
    subject_text: str
    auxiliary: str
    verbs: str
    verb: str
    written: str
    is_helped: bool
    is_passive: bool
    is_plural: bool
    phrases: tuple[Phrase, ...]
    rest: str

    @property
    def is_past(self) -> bool:
        return self.auxiliary in {"was", "were", "did", "had"}

    @property
    def is_being(self) -> bool:
        return self.verb == "be" and not self.is_passive

    @property
    def first(self) -> Phrase | None:
        return self.phrases[0] if self.phrases else None


@functools.lru_cache(maxsize=2048)
def clause_in(text: str) -> Clause | None:
    """The main clause of the first sentence; None where it is denied, or not plain enough to be asked about."""
    tokens = _first_sentence(tagged(text))
    position = main_verb(tokens) if len(tokens) > 3 else None
    start = clause_start(text)
    # "In 1998 the show began": the date needs no comma.
    if not start and (dated := TIME.match(text)) and text[dated.end() : dated.end() + 1] == " ":
        start = dated.end() + 1
    if position is None or tokens[position].start <= start:
        return None
    subject = tuple(token for token in tokens[:position] if token.start >= start)
    while subject and subject[-1].tag in {"AV0"}:
        subject = subject[:-1]
    found = _verbs(tokens, position)
    if not _is_plain(subject) or found is None or not found[0].isalpha():
        return None
    auxiliary, verbs, verb, is_passive, after = found
    rest = tokens[after:]
    phrases = tuple(_phrases(text, rest))
    whole = text[rest[0].start : rest[-1].end] if rest else ""
    subject_text = text[subject[0].start : subject[-1].end]
    helped, written = tokens[position].lower == auxiliary, tokens[after - 1].text
    head = text[:start].strip(" ,")
    is_plural = auxiliary in {"are", "were", "do", "have"} or (
        subject[-1].tag == "NN2" and auxiliary not in {"is", "was", "has", "does"}
    )
    return Clause(
        head, subject, subject_text, auxiliary, verbs, verb, written, helped, is_passive, is_plural, phrases, whole
    )


def _first_sentence(tokens: Sequence[Token]) -> tuple[Token, ...]:
    end = next((index for index, token in enumerate(tokens) if token.text in _ENDS and index > 2), len(tokens))
    return tuple(tokens[:end])


def _is_plain(subject: Sequence[Token]) -> bool:
    if len(subject) == 1 and subject[0].tag in {"PNP", "EX0"}:
        return True
    allowed = BEFORE_NOUN | {"PRF", "AV0"}
    if len(subject) > 3 and subject[0].tag in BEFORE_NOUN:
        allowed |= {"PRP", "CJC"}
    if len(subject) > 2 and subject[0].lower == "at" and subject[1].lower == "least":
        subject = subject[2:]
    if not subject or any(token.tag not in allowed and token.lower not in {"of", "$"} for token in subject):
        return all(token.tag in {"NP0", "CJC"} for token in subject) and bool(subject)
    return subject[-1].tag in NOUNS or subject[-1].text[:1].isupper()


def _verbs(tokens: Sequence[Token], position: int) -> tuple[str, str, str, bool, int] | None:
    """The auxiliary, what follows the subject in a question, the lemma, whether it is passive, and where it ends."""
    token = tokens[position]
    following, adverb = _after_adverbs(tokens, position + 1)
    if following is None:
        return None
    word = tokens[following] if following < len(tokens) else None
    kept = f"{adverb} " if adverb else ""
    if token.tag.startswith("VB"):
        if word is not None and word.tag in {"VVN", "VVD"}:
            return token.lower, f"{kept}{word.text}", lemma(word.lower), True, following + 1
        return token.lower, "", "be", False, following if not adverb else position + 1
    if token.tag.startswith("VH") and word is not None and word.tag in {"VVN", "VBN", "VHN", "VVD"}:
        return _perfect(tokens, token, word, following)
    if token.tag == "VM0":
        return _modal(tokens, token, word, following)
    if token.tag.startswith("VD"):
        return None
    base = lemma(token.lower)
    auxiliary = "did" if token.tag in {"VVD", "VVN", "VHD"} else "does" if token.tag in {"VVZ", "VHZ"} else "do"
    return auxiliary, base, base, False, position + 1


def _perfect(tokens: Sequence[Token], token: Token, word: Token, following: int) -> tuple[str, str, str, bool, int]:
    if word.tag == "VBN" and following + 1 < len(tokens) and tokens[following + 1].tag == "VVN":
        participle = tokens[following + 1]
        return token.lower, f"been {participle.text}", lemma(participle.lower), True, following + 2
    base = "be" if word.tag == "VBN" else lemma(word.lower)
    return token.lower, word.text, base, False, following + 1


def _modal(
    tokens: Sequence[Token], token: Token, word: Token | None, following: int
) -> tuple[str, str, str, bool, int] | None:
    if word is None or word.text == "have":
        return None
    if word.lower == "be" and following + 1 < len(tokens) and tokens[following + 1].tag == "VVN":
        participle = tokens[following + 1]
        return token.lower, f"be {participle.text}", lemma(participle.lower), True, following + 2
    return token.lower, word.text, lemma(word.lower), False, following + 1


def _after_adverbs(tokens: Sequence[Token], position: int) -> tuple[int | None, str]:
    """Where the words after an auxiliary go on, and an adverb that a question has to keep; None behind a "not"."""
    kept = ""
    while position < len(tokens) and tokens[position].tag in {"AV0", "XX0", "ORD"}:
        word = tokens[position].lower
        if tokens[position].tag == "XX0" or word in {"never", "hardly", "rarely", "no", "only", "n't"}:
            return None, ""
        kept = word if word in _KEPT_ADVERBS else kept
        position += 1
    return position, kept


def _phrases(text: str, tokens: Sequence[Token]) -> Iterator[Phrase]:
    """The phrases in order, up to the first comma, conjunction or clause of its own (which is given as the last)."""
    position = 0
    while position < len(tokens):
        end, kind = _phrase_end(tokens, position)
        if end == position:
            return
        piece = tuple(tokens[position:end])
        yield Phrase(kind, piece, text[piece[0].start : piece[-1].end])
        if kind in {"clause", "to", "doing"}:
            return
        position = end


def _phrase_end(tokens: Sequence[Token], position: int) -> tuple[int, str]:
    token = tokens[position]
    if token.tag in _OPENS_CLAUSE and token.lower not in {"as", "like", "than", "since", "before", "after", "until"}:
        return len(tokens), "clause"
    if token.tag == "TO0":
        return len(tokens), "to"
    counts = _is_quantifying(token) and position + 1 < len(tokens) and tokens[position + 1].tag == "CRD"
    is_preposition = (token.tag == "PRP" and not counts) or token.lower in {
        "as",
        "since",
        "until",
        "before",
        "after",
        "of",
    }
    start = position + 1 if is_preposition else position
    if is_preposition and start < len(tokens) and (tokens[start].tag == "VVG" or tokens[start].tag in _OPENS_CLAUSE):
        return len(tokens), "doing"
    end = _noun_end(tokens, start)
    if end > start:
        return end, "with" if is_preposition else "noun"
    if token.tag in {"AV0", "AJ0", "AVP", "VVG", "VVN", "AJC", "AJS"}:
        return position + 1, "other"
    return position + 1 if is_preposition else position, "other"


def _noun_end(tokens: Sequence[Token], position: int) -> int:
    """Where the noun phrase that begins here ends, with what hangs on it by "of"; here if there is none."""
    end = last = position
    while end < len(tokens):
        token = tokens[end]
        if token.tag in BEFORE_NOUN or token.tag == "PNP" or token.text in {"$", "£", "€", "%"}:
            last = end + 1 if token.tag in NOUNS | {"PNP", "PNX"} or token.text == "%" else last
        elif not (token.lower in {"of"} and last == end) and not _is_quantifying(token):
            break
        end += 1
    return last


def _is_quantifying(token: Token) -> bool:
    return token.lower in {"approximately", "about", "nearly", "almost", "over", "around", "roughly", "some", "least"}


@functools.lru_cache(maxsize=4096)
def lemma(word: str) -> str:
    """The base form of a verb."""
    from lemminflect import getLemma

    known = {"found": "find", "left": "leave", "felt": "feel", "lay": "lie", "saw": "see", "has": "have", "had": "have"}
    return known.get(word) or next(iter(getLemma(word, "VERB")), word)


@functools.lru_cache(maxsize=4096)
def past(base: str) -> str:
    """The past tense of a verb."""
    from lemminflect import getInflection

    return next(iter(getInflection(base, "VBD")), "") or f"{base}ed"


@functools.lru_cache(maxsize=4096)
def third_person(base: str) -> str:
    """The verb as it follows "who" in the present."""
    from lemminflect import getInflection

    return next(iter(getInflection(base, "VBZ")), "") or f"{base}s"


MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
TIME = re.compile(
    rf"(?:in|on|during|around) (?:the )?(?:early |late |mid-|middle of the |beginning of the |end of |spring of |summer of |autumn of |winter of )?(?:the )?"
    rf"(?:(?:(?:{MONTHS})(?: \d{{1,2}})?,? |\d{{1,2}} (?:{MONTHS}),? )?(?:c\. )?\d{{3,4}}s?(?: (?:BC|AD|BCE|CE))?\b(?! (?:people|men|miles|km|students|members|troops|soldiers)\b)|(?:{MONTHS})(?: \d{{1,2}})?\b|\d{{1,2}} (?:{MONTHS})\b"
    rf"|\d{{1,2}}(?:st|nd|rd|th)[- ]century)",
    re.IGNORECASE,
)
