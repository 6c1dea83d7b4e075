"""The reasoning of thinking models, told apart from what they say."""

import re
from typing import Any, NamedTuple

_TAGS = r"think|thinking|thought|reasoning"
_BLOCK = re.compile(rf"<({_TAGS})>(.*?)(?:</\1>|\Z)|\[THINK\](.*?)(?:\[/THINK\]|\Z)", re.DOTALL | re.IGNORECASE)
_CLOSE = re.compile(rf"</(?:{_TAGS})>|\[/THINK\]", re.IGNORECASE)
# As DeepSeek, vLLM, SGLang and llama.cpp name it; as OpenRouter and newer vLLM do; as Ollama does.
_FIELDS = ("reasoning_content", "reasoning", "thinking")


class Said(NamedTuple):
    """What a model says, and what it thought before."""

    content: str
    reasoning: str


def split_reasoning(text: str) -> Said:
    """The text without its blocks of reasoning, also one whose start is in the prompt or whose end was cut off.

    They stand before what is said, or right before a JSON reply. What stands inside one is left alone, whatever it
    looks like, and so is what stands in the middle of prose: there are texts about such tags.
    """
    if "<" not in text and "THINK]" not in text:
        return Said(text, "")
    thoughts: list[str] = []
    close, block = _CLOSE.search(text), _BLOCK.search(text)
    if close and not (block and block.start() < close.start()) and not _is_json(text):
        thoughts, text = [text[: close.start()]], text[close.end() :]
        block = _BLOCK.search(text)
    while block and _is_reasoning(text[: block.start()], text[block.end() :]):
        thoughts.append(block[2] or block[3] or "")
        text = text[: block.start()] + text[block.end() :]
        block = _BLOCK.search(text)
    return Said(text.strip() if thoughts else text, "\n\n".join(thought.strip() for thought in thoughts))


def take_reasoning(message: dict[str, Any]) -> str:
    """Take the reasoning out of a chat completion's message; its `content` is a text of what was said, and no more."""
    content = message.get("content")
    said, parts = (content, []) if isinstance(content, str) else _of_parts(content or [])
    thoughts = [value for name in _FIELDS if isinstance(value := message.pop(name, None), str)]
    split = split_reasoning(said)
    message["content"] = split.content
    # Servers that changed a field's name send both for a while.
    return "\n\n".join(dict.fromkeys(text.strip() for text in [*thoughts, *parts, split.reasoning] if text.strip()))


def _of_parts(content: list[dict[str, Any]]) -> tuple[str, list[str]]:
    """Content in parts, as Mistral sends it: the texts joined, and the thoughts."""
    said = "".join(part.get("text", "") for part in content if part.get("type") == "text")
    thoughts = [part["thinking"] for part in content if part.get("type") == "thinking"]
    return said, [text if isinstance(text, str) else _of_parts(text)[0] for text in thoughts]


def _is_reasoning(before: str, after: str) -> bool:
    return not before.strip() or ("{" not in before and _is_json(after))


def _is_json(text: str) -> bool:
    return text.lstrip().startswith(("{", "```"))
