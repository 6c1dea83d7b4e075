"""The baseline as critic: it takes away what is filler and names what is only pointed at, and adds nothing."""

import re
from typing import Any, NamedTuple

from r2s.models.extractive.moves import Language
from r2s.models.request import Request

_I = re.IGNORECASE


class _Trim(NamedTuple):
    """Words that can go, where they stand, and what is said of them."""

    words: re.Pattern[str]
    point: str


_INSTRUCTION = {
    "en": (
        _Trim(
            re.compile(r"^(?:additionally|furthermore|moreover|also|next|finally), ", _I), "ambiguity: leans on nothing"
        ),
        _Trim(re.compile(r"^(?:please|kindly) |,? please(?=[.?!]?$)", _I), "complexity: courtesy asks for nothing"),
        _Trim(
            re.compile(r"^(?:can|could|would) you (?:please )?(?=\w+ .*\.$)", _I), "ambiguity: a question that is none"
        ),
    ),
    "zh": (
        _Trim(re.compile(r"^(?:此外|另外|接下来|接下來|最后|最後)[，,]"), "歧义：承接的上文不存在"),
        _Trim(re.compile(r"^(?:麻烦|麻煩)(?:您|你)?|^(?:请问|請問)[一下]*[，,]?"), "复杂度：客套话没有要求"),
    ),
}
_ANSWER = {
    "en": (
        _Trim(
            re.compile(r"^(?:sure|certainly|of course|absolutely|great question|good question)[!.,]\s+", _I),
            "relevance: opens with a filler",
        ),
        _Trim(re.compile(r"^as an ai(?: language)? model(?: \w+){0,4},\s+", _I), "relevance: speaks of itself"),
        _Trim(
            re.compile(
                r"\s+(?:i hope (?:this|that) helps|let me know if you (?:have|need) [^.!?\n]*|feel free to ask[^.!?\n]*)[.!]$",
                _I,
            ),
            "relevance: ends with an offer",
        ),
    ),
    "zh": (
        _Trim(
            re.compile(
                r"^(?:当然可以|當然可以|当然|當然|好的|没问题|沒問題|很高兴为您解答|好问题|好問題)[！!，,。]\s*"
            ),
            "切题：开头是客套",
        ),
        _Trim(
            re.compile(r"^(?:作为|作為)一?[个個]?(?:AI|人工智能|大)[^，,。]{0,8}(?:模型|助手)[，,]"), "切题：说起了自己"
        ),
        _Trim(
            re.compile(
                r"\s*(?:希望(?:这|這|以上)[^。！\n]{0,12}(?:帮助|幫助)|如果[^。！\n]{0,20}(?:随时|隨時)[^。！\n]{0,12})[。！]$"
            ),
            "切题：结尾是客套",
        ),
    ),
}
# "What is the capital of France?" "It is Paris.": the thing asked for, and the word that points at it.
_ASKED_FOR = {
    "en": re.compile(
        r"^(?:what|who) (?P<verb>is|are|was|were) (?P<thing>(?!(?:it|this|that|these|those|he|she|they)\b)[^?,.]{2,60})\?$",
        _I,
    ),
    "zh": re.compile(r"^(?:什么|什麼|谁|誰)是(?P<thing>[^？?，,。它他她这這那]{1,20})[？?]$"),
}
_POINTING = {
    "en": re.compile(r"^(?:it|they|he|she|this) (?P<verb>is|are|was|were) ", _I),
    "zh": re.compile(r"^(?:它|它们|它們|他|她|这|這)是"),
}
# Words and the signs between them, ending in a word; capitals throughout are no plain words.
_PLAIN_LINE = {
    "en": re.compile(r"(?!.*\b[A-Z]{2,}\b)(?:[\w'’“”\".,?!-]+ ){3,}[a-z]+"),
    "zh": re.compile(r"[\u4e00-\u9fff，。、；：？！“”《》\d]{6,}(?<![\d，。、；：？！“”《》])"),
}
_SENTENCES = re.compile(r"[.!?] |[。！？]")
_UNENDED = {"en": "form: the last sentence does not end", "zh": "形式：最后一句没有收住"}
_POINTED = {"en": "level of details: does not name what it is about", "zh": "详略：没有说出讲的是什么"}


def reflect_on_instruction(request: Request[Any], language: Language) -> dict[str, Any]:
    """The instruction and the answer without their filler; the baseline cannot ask for more than was answered."""
    instruction, faults = _trimmed(request.fields["asked"], _INSTRUCTION[request.language])
    if (ended := _ended(instruction, request.language)) != instruction:
        instruction, faults = ended, [*faults, _UNENDED[request.language]]
    answer, answer_faults = _trimmed(request.fields["answered"], _ANSWER[request.language])
    return {
        "instruction_critique": faults,
        "answer_critique": answer_faults,
        "instruction": instruction,
        "answer": answer,
    }


def reflect_on_answer(request: Request[Any], language: Language) -> dict[str, Any]:
    """The answer without its filler, and with the name of what the instruction asks for instead of a bare "it"."""
    answer, faults = _trimmed(request.fields["answered"], _ANSWER[request.language])
    named = _named(request.fields["asked"], answer, request.language)
    if named != answer:
        faults = [*faults, _POINTED[request.language]]
    ended = _ended(named, request.language) if _SENTENCES.search(named) else named
    if ended != named:
        faults = [*faults, _UNENDED[request.language]]
    return {"critique": faults, "answer": ended}


def _trimmed(text: str, trims: tuple[_Trim, ...]) -> tuple[str, list[str]]:
    points = []
    for words, point in trims:
        shorter = words.sub("", text.strip())
        if shorter and shorter != text.strip():
            text, points = shorter[0].upper() + shorter[1:], [*points, point]
    return text.strip(), points


def _ended(text: str, language: str) -> str:
    """The text with a full stop where its one line of plain words has none; code and lists are left alone."""
    if not _PLAIN_LINE[language].fullmatch(text):
        return text
    return text[0].upper() + text[1:] + {"en": ".", "zh": "。"}[language]


def _named(instruction: str, answer: str, language: str) -> str:
    asked, pointing = _ASKED_FOR[language].match(instruction), _POINTING[language].match(answer)
    if asked is None or pointing is None:
        return answer
    thing = asked["thing"]
    if language == "zh":
        return f"{thing}是{answer[pointing.end() :]}"
    if asked["verb"].lower() != pointing["verb"].lower():
        return answer
    return f"{thing[0].upper()}{thing[1:]} {pointing['verb']} {answer[pointing.end() :]}"
