"""Tells: wordings by which a program recognises what a message does. They are found by pattern, and so by some only.

Most patterns in Chinese are simplified, and texts are made so before they are looked at.
"""

import re
from collections.abc import Mapping

from r2s.documents.scripts import to_simplified
from r2s.documents.words import stems

_I = re.IGNORECASE
# How far into a reply its opening reaches, in characters.
_OPENING = {"en": 120, "zh": 40}

_TEXT = r"(?:document|passage|text|article|excerpt|paragraph|reference)"
_NAMES_THE_DOCUMENT = {
    "en": re.compile(
        rf"\b(?:according to|based on|as (?:stated|mentioned|described|noted) in|in|from) (?:the|this|that)"
        rf" (?:given |provided |above )?{_TEXT}\b(?! of)"
        rf"|\b(?:the|this) (?:given |provided |above )?{_TEXT} (?:says|states|mentions|describes|notes|explains|does)"
        rf"|\b(?:given|provided|above) (?:{_TEXT}|information)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"(?:^|[^\u4e00-\u9fff]|[在据按照从])(?:文中|上文|下文|原文|前文)|本文(?![化明字])|[这這該该](?:段文字|篇文章|份[文资資])"
        r"|(?:根据|根據|按照|依据|依據|据|據)(?:文档|文檔|文章|资料|資料|材料|原文|上文|文本)|(?:文档|文檔|所给材料|給定材料)"
    ),
}
_OUTSIDE = re.compile(r"^(?:it|he|she|they|this|these|that|those|his|her|its|their)\b", re.IGNORECASE)
_OUTSIDE_ZH = ("它", "他", "她", "这个", "這個")
_QUESTION = {"en": re.compile(r"\?"), "zh": re.compile(r"[？?]|[吗呢][。！!…]*$")}
_DODGE = {
    "en": re.compile(
        r"\bI (?:do not|don't|have no|cannot|can't) (?:have |find |offer )?(?:any |specific |enough |that )*"
        r"(?:information|details?)\b|\bI(?: am|'m) not sure (?:what|which|if) you\b"
        r"|\bare you (?:asking|referring|talking) (?:about|to)\b"
        r"|\b(?:could|can) you (?:clarify|be more specific|tell me (?:more about )?what you mean)\b",
        _I,
    ),
    "zh": re.compile(
        r"(?:没有|暂无|无法提供|找不到)[^。？！]{0,8}(?:信息|资料)|[您你](?:是想问|指的是|是指|问的是)|能(?:不能)?[^。？！]{0,4}具体(?:一点|些|说)"
    ),
}
_SUMMARY = {
    "en": re.compile(r"\b(?:in (?:summary|conclusion|sum)|to (?:sum up|summari[sz]e|recap|conclude)|all in all)\b", _I),
    "zh": re.compile(r"总之|总的来说|综上所述|总而言之|概括(?:地|来)说|总结(?:一下|来说)"),
}
_AGREEMENT = {
    "en": re.compile(
        r"^(?:(?:yes|yeah|right|exactly|absolutely|indeed|precisely|true|i agree|that(?:'s| is) (?:right|true|correct)"
        r"|you(?:'re| are) (?:absolutely |quite )?right)\b[,.!:; ]*)+",
        _I,
    ),
    "zh": re.compile(r"^(?:(?:是的|对的?|没错|确实|的确|正是|说得对|你说得对|您说得对|我同意)[啊呀，。！、]*)+"),
}
_APHORISM = {
    "en": re.compile(
        r"\b(?:remind(?:s|ing)? us|teach(?:es)? us|shows us that|testament to|serves as a reminder|stands? as a symbol"
        r"|the (?:true|real) (?:beauty|power|magic|value) of|lives on in|for generations to come)\b",
        _I,
    ),
    "zh": re.compile(
        r"提醒(?:着)?我们|告诉(?:着)?我们|让我们(?:都|一起|更)?(?:珍惜|铭记|懂得|感受)|见证了[^。]{0,16}(?:历史|变迁|岁月)"
        r"|(?:独特|永恒|无穷)的(?:魅力|价值)|生生不息|历久弥新|不朽"
    ),
}
_ASSISTS = {
    "en": re.compile(
        r"\bas an AI\b|\bI(?: am|'m) (?:here|happy|glad) to (?:help|assist|explain)\b"
        r"|\bhow (?:can|may|else can) I (?:help|assist)\b"
        r"|\blet me (?:explain|know if you)\b|\b(?:hope|trust) (?:this|that) (?:helps|answers)\b|\bfeel free to ask\b"
        r"|\bwould you like (?:me to|to (?:know|hear))\b|\b(?:great|good|excellent) question\b",
        _I,
    ),
    "zh": re.compile(
        r"作为(?:一个|一名)?(?:AI|人工智能|智能助手|助手)|(?:高兴|乐意)(?:能)?(?:为|帮)[您你]|(?:有什么|还有什么|什么)(?:可以|能)帮(?:到)?[您你]"
        r"|希望(?:这|以上|我的)[^。！]{0,8}(?:帮助|帮到)|[您你](?:还)?想(?:了解|知道)(?:哪|什么|更多)|随时(?:问我|提问|告诉我)"
        r"|让我(?:来)?[为给][您你](?:解释|介绍|说明)|(?:很|非常)?好的?问题[！。，]"
    ),
}
_HEDGE = {
    "en": re.compile(
        r"\b(?:could|may|might|would|possibly|perhaps|probably|likely|reportedly|allegedly|apparently|presumably"
        r"|(?:aim|plan|intend|hope|expect|propose)(?:s|ed)? to|(?:thought|believed|said|expected|estimated|supposed) to"
        r"|suggest(?:s|ed)?|appears?|seems?|maybe|not certain|unclear)\b",
        _I,
    ),
    "zh": re.compile(r"可能|或许|也许|大概|据说|据传|相传|预计|估计|计划|打算|旨在|有望|似乎|疑似|推测|说不定|不确定"),
}
_REASON = {
    "en": re.compile(
        r"\b(?:because|since|so that|which (?:means|is why)|that(?:'s| is) why|therefore|in order to|as a result|due to"
        r"|thanks to|this way|otherwise|for example|think of|like a)\b",
        _I,
    ),
    "zh": re.compile(
        r"因为|由于|所以|因此|于是|为了|这样(?:一来|才|就)|也就是说|意思是|否则|不然|好比|就像|比如|之所以"
    ),
}


def names_the_document(text: str, language: str) -> bool:
    """Whether somebody speaks of "the text" or 文中: whoever trains on the dialogue has no text."""
    return bool(_NAMES_THE_DOCUMENT[language].search(text))


def is_pointing(text: str, language: str) -> bool:
    """Whether a message opens with a word that points at something said before it."""
    return text.startswith(_OUTSIDE_ZH) if language == "zh" else bool(_OUTSIDE.match(text))


def asks(text: str, language: str) -> bool:
    """Whether a message asks something."""
    return _finds(_QUESTION, text, language)


def question_count(text: str) -> int:
    """How many questions a message asks, by their marks."""
    return len(re.findall(r"[?？]+", text))


def dodges(reply: str, language: str) -> bool:
    """Whether a reply opens by saying that it has nothing, or by asking what was meant."""
    return _finds(_DODGE, reply[: _OPENING[language]], language)


def sums_up(text: str, language: str) -> bool:
    """Whether a message sums up what was said."""
    return _finds(_SUMMARY, text, language)


def moralises(text: str, language: str) -> bool:
    """Whether a message has words of wisdom such as dialogues are closed with."""
    return _finds(_APHORISM, text, language)


def assists(text: str, language: str) -> bool:
    """Whether somebody speaks as assistants do: offers help, praises the question."""
    return _finds(_ASSISTS, text, language)


def hedges(text: str, language: str) -> bool:
    """Whether something is said to be uncertain, intended, or only reported."""
    return _finds(_HEDGE, text, language)


def gives_reason(text: str, language: str) -> bool:
    """Whether a message has a word that leads to a reason, a consequence or a comparison."""
    return _finds(_REASON, text, language)


def only_agrees(text: str, before: str, language: str) -> bool:
    """Whether a message agrees and then says nothing that the message before it has not said."""
    plain = _plain(text, language)
    opening = _AGREEMENT[language].match(plain)
    return bool(opening) and set(stems(plain[opening.end() :], language)) <= set(stems(before, language))


def _finds(patterns: Mapping[str, re.Pattern[str]], text: str, language: str) -> bool:
    return bool(patterns[language].search(_plain(text, language)))


def _plain(text: str, language: str) -> str:
    text = text.strip()
    return to_simplified(text) if language == "zh" else text.replace("’", "'")
