"""Frames: the tags that set data apart from instructions in prompts, and what keeps data from closing them.

Defusing puts one sign in the place of another, so that it costs no tokens and leaves texts without such tags alone.
"""

import re

FRAMES = (
    *("document", "transcript", "draft", "found", "question", "answer", "criticisms"),
    *("given_instruction", "given_answer", "said_later", "dialogue"),
)
# What takes no room on a page, and so could hide in a tag that people and models read all the same.
_UNSEEN = "\xad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff"
_GAP = rf"[\s{_UNSEEN}]*"
_NAMES = "|".join(f"[{_UNSEEN}]*".join(name) for name in FRAMES)
_FRAME = re.compile(rf"[<＜](?={_GAP}[/／]?{_GAP}(?:{_NAMES})\b)", re.IGNORECASE)
# What tokenizers of chat models take for the end of a message or the beginning of another, also in the midst of a text.
_MARK = re.compile(
    r"<(?=\|[a-zA-Z_][\w -]{0,40}\|>|｜[^｜<>]{1,40}｜>|/?(?:s|bos|eos|pad|start_of_turn|end_of_turn)>|</?SYS>>)"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|gMASK\])"
)
_LINE_BREAK = re.compile(r"\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def defuse(text: str) -> str:
    """Untrusted text with the tags of our frames and the marks of chat models made harmless."""
    return without_marks(_FRAME.sub("‹", text))


def without_marks(text: str) -> str:
    """Text that no tokenizer reads the end of a message in."""
    return _MARK.sub(lambda mark: "‹" if mark[0] == "<" else "［", text)


def in_one_line(text: str, line_break: str = " ") -> str:
    """Text in which `line_break` stands for every line end, so that none of it can pass for a line of our own."""
    return _LINE_BREAK.sub(line_break, text)
