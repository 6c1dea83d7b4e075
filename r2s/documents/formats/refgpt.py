"""RefGPT's dialogues: one string with marks for who speaks."""

import re

_SPEAKER = re.compile(
    r"<\s*(Human|Assistant|User|用户|助手)\s*\d*\s*>\s*[:：]?(?:\s*[(（](?:word count|字数)[^)）]*[)）])?", re.I
)
_END = re.compile(r"<\s*end_chat\s*>.*", re.S | re.I)
_USERS = ("human", "user", "用户")


def parse_dialogue(text: str) -> list[dict[str, str]]:
    """The messages of a dialogue as objects of role and text; what stands before the first mark is left out."""
    pieces = _SPEAKER.split(_END.sub("", text))
    speakers, said = pieces[1::2], pieces[2::2]
    return [
        {"role": "user" if speaker.lower() in _USERS else "assistant", "text": words.strip()}
        for speaker, words in zip(speakers, said, strict=True)
    ]
