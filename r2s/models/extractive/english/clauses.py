"""Cutting a passage into facts: what one turn can convey, with the exact words of the passage it stands on."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from r2s.models.extractive.english.tagging import BEFORE_NOUN, NOUNS, Token, tagged
from r2s.models.extractive.english.wording import BRACKETED, capitalised, split_lead, without_brackets

# A sentence shorter than this is one fact; a part shorter than that is none.
LONG, SHORTEST = 70, 27
LONGEST = 400
_OF_THE_TEXT = re.compile(
    r"\b(?:this (?:article|section|chapter|paper|page|book review)|see (?:also|the comment|below|above|figure|table|section)"
    r"|(?:listed|shown|mentioned|described|noted|discussed|given|seen) (?:above|below|earlier)|the following (?:table|list|section|figure)"
    r"|(?:table|figure|fig\.|chapter) \d)\b|:$|https?:|\bnote \d",
    re.IGNORECASE,
)
# An abbreviation that a sentence was cut at by mistake.
_CUT_SHORT = re.compile(r"\b[b-df-hj-np-tv-z]{2,4}\.$")
_PRONOUN = re.compile(
    r"(?:It|He|She|They|This|These|That|Those|Its|His|Her|Their|Such|Both|Here|One|Others?|Another|Some|There)\b"
)
_SUBJECTS = frozenset({"PNP", "AT0", "DPS", "NP0", "DT0", "EX0", "NN2", "NN1", "PNI", "AJ0", "CRD"})
_JOINTS = {"and", "but", "so", "yet", "while", "whereas", "although", "though", "because"}
_OPENERS = {"but": "But ", "yet": "But ", "so": "So ", "while": "At the same time, ", "whereas": "By contrast, "}
_LEAD_OF_JOINT = {"so": "result", "because": "cause"} | dict.fromkeys(
    ("but", "yet", "while", "whereas", "although", "though"), "contrast"
)
_REPORTS = re.compile(
    r"\b(?:that|whether|if|said|says|stated|argued|claimed|reported|believed|noted|announced|suggested)\b"
)
_SUBORDINATE = re.compile(
    r"(?:If|When|While|As|Since|Although|Though|Because|After|Before|Once|Unless|Until|Whereas|Given|Despite|Whether)\b"
)

_ADVERBIAL = frozenset({"PRP", "CJS", "AVQ", "AV0", "VVG", "VVN", "TO0", "PRF"})
# The end of a clause, the start of the next one, and the word that joins them.
Cut = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """`text` is the matter of `quotes` as one or two sentences; `lead` tells how it ties on to what stands before it,
    `opens` is the pronoun it begins with, if any, and `subject` what it is said of."""

    quotes: tuple[str, ...]
    text: str
    lead: str
    opens: str
    subject: str
    is_plural: bool


@functools.lru_cache(maxsize=4096)
def facts_of(passage: str) -> tuple[Fact, ...]:
    """The facts of a passage in order; none where it is no sentence or speaks of the text itself."""
    if _OF_THE_TEXT.search(without_brackets(passage)) or not _is_sentence(passage):
        return ()
    cuts = _cuts(passage)
    if not cuts:
        return tuple(fact for fact in [_fact(passage, 0, len(passage), cuts, "")] if len(fact.text) <= LONGEST)
    middle = min(cuts, key=lambda cut: abs(2 * cut[0] - len(passage)))
    first = _fact(passage, 0, middle[0], [cut for cut in cuts if cut[0] < middle[0]], "")
    second = _fact(passage, middle[1], len(passage), [cut for cut in cuts if cut[0] > middle[0]], middle[2])
    return (replace(first, quotes=_less_than_half(first.quotes, passage)), second)


def _less_than_half(quotes: tuple[str, ...], passage: str) -> tuple[str, ...]:
    """The quotes, shortened where they would close the passage: it counts as conveyed once half of it is quoted, and
    what stands after the cut would never be told."""
    room, kept = (len(passage) - 1) // 2, list[str]()
    for quote in quotes:
        if len(quote) > room:
            quote = quote[: room + 1].rpartition(" ")[0].rstrip(" ,;")
        if len(quote) > 3:
            kept.append(quote)
            room -= len(quote)
    return tuple(kept) or quotes


def _is_sentence(passage: str) -> bool:
    text = without_brackets(passage)
    tokens = tagged(text)
    if len(tokens) < 5 or text[-1] not in ".!\"”'’" or text.endswith(('?"', "...")):
        return False
    start = text.lstrip("\"“'‘")
    if not start[:1].isalnum() or start[:2].islower():
        return False
    if (
        _CUT_SHORT.search(text)
        or passage.count('"') % 2
        or passage.count("“") != passage.count("”")
        or passage.count("(") != passage.count(")")
    ):
        return False
    return main_verb(tokens) is not None


def main_verb(tokens: Sequence[Token]) -> int | None:
    """Where the finite verb of the main clause stands; None where there is none to be sure of."""
    start = position = _after_adverbial(tokens)
    if start is None or position is None:
        return None
    while position < len(tokens):
        token = tokens[position]
        if token.is_finite:
            return position if position else None
        if token.tag in {"CJS", "CJT", "DTQ", "PNQ", "AVQ"} and token.lower not in {"like", "as", "than"}:
            return _after_aside(tokens, position) or _untagged_verb(tokens, start)
        if token.text in {";", ":"}:
            break
        position += 1
    return _untagged_verb(tokens, start)


def _untagged_verb(tokens: Sequence[Token], start: int) -> int | None:
    """The word that must be the verb where the tagger saw none: a past tense taken for a participle."""
    for position in range(start + 1, len(tokens)):
        if tokens[position].tag == "VVN" and tokens[position - 1].tag in NOUNS | {"AV0"}:
            return position
    return None


def _after_aside(tokens: Sequence[Token], position: int) -> int | None:
    """The main verb behind a relative clause that is set off by commas or has a verb of its own."""
    verbs = [index for index in range(position, len(tokens)) if tokens[index].is_finite]
    return verbs[1] if len(verbs) > 1 else None


def _after_adverbial(tokens: Sequence[Token]) -> int | None:
    """Where the main clause begins, behind "In 1919," and the like."""
    is_subordinate = bool(_SUBORDINATE.match(tokens[0].text))
    if tokens[0].tag not in _ADVERBIAL and not is_subordinate:
        return 0
    for index, token in enumerate(tokens[:-2]):
        if token.is_finite and not is_subordinate:
            return 0
        if token.text == "," and (index < 2 or (tokens[index + 1].tag in _SUBJECTS and not _is_list(tokens, index))):
            return index + 1
    return None if is_subordinate or tokens[0].tag in {"VVN", "TO0"} else 0


def _is_list(tokens: Sequence[Token], comma: int) -> bool:
    """Whether the comma stands between the items of a list: another comma or "and" follows before any verb."""
    for token in tokens[comma + 1 : comma + 9]:
        if token.is_finite or token.tag == "VVN":
            return False
        if token.tag == "CJC" or token.text == ",":
            return True
    return False


def _cuts(passage: str) -> list[Cut]:
    """Where independent clauses meet: end of the first, start of the second, and the joining word."""
    if len(passage) < LONG or '"' in passage or "“" in passage:
        return []
    tokens, found = tagged(passage), list[Cut]()
    for index in range(4, len(tokens) - 4):
        joint = _joint(tokens, index)
        if joint is None:
            continue
        start, word = joint
        last_start = found[-1][1] if found else 0
        before, after = passage[last_start : tokens[index].start], passage[tokens[start].start :]
        if min(len(before), len(after)) >= SHORTEST and _stands_alone(before, after, word):
            found.append((tokens[index].start, tokens[start].start, word))
    return found


def _joint(tokens: Sequence[Token], index: int) -> tuple[int, str] | None:
    token, following = tokens[index], tokens[index + 1]
    if token.text == ";":
        start = index + 2 if following.lower in _JOINTS or following.lower in {"however", "thus"} else index + 1
        start += tokens[start].text == ","
        return (start, following.lower if following.lower in _JOINTS else ";") if _opens_clause(tokens, start) else None
    if token.text == "," and following.lower in _JOINTS - {"because"}:
        return (index + 2, following.lower) if _opens_clause(tokens, index + 2) else None
    if token.lower in {"and", "but"} and following.tag == "PNP" and following.lower != "it":
        return (index + 1, token.lower) if tokens[index + 2].is_finite else None
    if token.lower == "because" and following.lower != "of" and tokens[index - 1].tag not in {"AV0", "CJC", "CJS"}:
        return (index + 1, "because") if _opens_clause(tokens, index + 1) else None
    return None


def _opens_clause(tokens: Sequence[Token], start: int) -> bool:
    """Whether a subject and its finite verb begin here, with nothing between them that could belong elsewhere."""
    if start >= len(tokens) or tokens[start].tag not in _SUBJECTS:
        return False
    for token in tokens[start : start + 12]:
        if token.is_finite:
            return token is not tokens[start]
        if token.tag not in BEFORE_NOUN | {"PNP", "EX0", "AV0", "PRF", "CJC"}:
            return False
    return False


def _stands_alone(before: str, after: str, word: str) -> bool:
    """Whether the parts still mean the same when they are told apart."""
    if _SUBORDINATE.match(before.strip()) or (word != ";" and _REPORTS.search(before)):
        return False
    return any(token.is_finite for token in tagged(before)) and main_verb(tagged(capitalised(after))) is not None


def _fact(passage: str, start: int, end: int, cuts: Sequence[Cut], joint: str) -> Fact:
    raw = passage[start:end]
    sentences = _joined(passage, start, end, cuts)
    lead, text = split_lead(without_brackets(sentences))
    lead = _LEAD_OF_JOINT.get(joint, "next" if joint else lead)
    text = capitalised(text)
    opens = _PRONOUN.match(text)
    subject, is_plural = _subject(text)
    return Fact(_quotes(raw), text, lead, opens[0].lower() if opens else "", subject, is_plural)


def _joined(passage: str, start: int, end: int, cuts: Sequence[Cut]) -> str:
    """The clauses as sentences of their own, each joining word turned into what opens a sentence."""
    text, position = "", start
    for first, after, word in cuts:
        if word not in {"because", "although", "though"}:
            text += _sentence(passage[position:first]) + " " + _OPENERS.get(word, "")
            position = after
            if word in _OPENERS:
                continue
            text += "\0"
    text += passage[position:end].rstrip(" ,;")
    return re.sub("\0(.)", lambda match: match[1].upper(), text)


def _sentence(clause: str) -> str:
    return clause.rstrip(" ,;") + "."


def _quotes(raw: str) -> tuple[str, ...]:
    """The exact words, without the longer brackets that are not spoken."""
    pieces, position = list[str](), 0
    for match in BRACKETED.finditer(raw):
        if len(match[0]) > 12:
            pieces.append(raw[position : match.start()])
            position = match.end()
    pieces.append(raw[position:])
    kept = [piece.strip(" ,;") for piece in pieces]
    return tuple(piece for piece in kept if sum(sign.isalnum() for sign in piece) > 1) or (raw,)


def _subject(text: str) -> tuple[str, bool]:
    """The noun phrase the main clause is about, if it is a plain one, and whether it is several."""
    tokens = tagged(text)
    start, verb = _after_adverbial(tokens), main_verb(tokens)
    if start is None or verb is None or verb <= start:
        return "", False
    phrase = list(tokens[start:verb])
    while phrase and phrase[-1].tag in {"AV0", "XX0"}:
        phrase.pop()
    joins = {"CJC"} if all(token.tag in {"NP0", "CJC"} for token in phrase) else {"PRF"}
    if not phrase or any(token.tag not in BEFORE_NOUN | joins for token in phrase) or phrase[-1].tag not in NOUNS:
        return "", False
    head = next((index for index, token in enumerate(phrase) if token.tag == "PRF"), len(phrase)) - 1
    is_both = any(token.tag == "CJC" for token in phrase)
    has_several = is_both or phrase[head].tag == "NN2" or tokens[verb].tag in {"VBB", "VHB", "VVB"}
    return text[phrase[0].start : phrase[-1].end], has_several


def clause_start(text: str) -> int:
    """Where the main clause begins in `text`, behind "In 1919," and the like."""
    tokens = tagged(text)
    start = _after_adverbial(tokens)
    return tokens[start].start if start else 0
