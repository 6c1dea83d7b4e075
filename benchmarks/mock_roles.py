"""What the mock server says in each role of R2S: valid, plausible, new each turn, and made of the prompt alone.

The roles are told apart by the keys of the JSON, or the tags, that their instructions end with. Candidates cite
passages that the prompt shows, so that their evidence verifies; users name the subject and use no other word of the
document.
"""

import re
from collections.abc import Callable
from typing import Any

import orjson

from benchmarks import mock_gllm
from benchmarks.mock_phrases import (
    ANSWERS,
    ANSWERS_ZH,
    OPENINGS,
    OPENINGS_ZH,
    PURPOSES,
    PURPOSES_ZH,
    WISHES,
    WISHES_ZH,
)

PER_TURN = ("info", "us", "uf", "fd", "fl")
CRITERIA = ("usefulness", "relevance", "accuracy", "depth", "creativity", "spoken")
_MOMENTS = ("# Now: ", "# 此刻：")
_TYPE = re.compile(r"^- ([a-z]+-[a-z]+)$", re.MULTILINE)
_NUMBERED = re.compile(r"^\[(\d+)\] (?:User|Assistant|用户|助手)[:：]", re.MULTILINE)
_ID = re.compile(r"\[(p\d+)\]")
_SUBJECT = re.compile(r"^(?:The subject: |话题：)(.+)$", re.MULTILINE)
_DRAFTER = re.compile(r"(?:You are drafter|你是第) ?(\d+)")
_LABEL = re.compile(r'<draft label="(\w)">')
_SIDE = re.compile(r'<dialogue label="\w">\n(.*?)\n</dialogue>', re.DOTALL)
_DRAFT = re.compile(r"<draft>\n(.*?)\n</draft>", re.DOTALL)
_ASKED = re.compile(r"<given_instruction>\n(.*?)\n</given_instruction>", re.DOTALL)
_ANSWERED = re.compile(r"<given_answer>\n(.*?)\n</given_answer>", re.DOTALL)
_EVIDENCE = re.compile(r"^- \[(p\d+)\] (.+)$", re.MULTILINE)
_CAST = re.compile(r'^\{"user": .*\}$', re.MULTILINE)
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_TURNS = re.compile(r"(?:at least|至少) (\d+)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,6}")
_WORD = re.compile(r"[^\W\d_]{5,}")


class Prompt:
    """A request's prompt, cut where the role's moment begins; `number` chooses among what could be said."""

    def __init__(self, instructions: str, text: str, number: int) -> None:
        start = max(text.rfind(sign) for sign in _MOMENTS)
        self.shared, self.moment, self.number = text[: max(start, 0)], text[max(start, 0) :], number
        self.is_chinese = self.moment.startswith(_MOMENTS[1])
        self.form = instructions[instructions.rfind("\n") + 1 :]
        self.turn = sum(self.shared.count(f"\n{sign}") for sign in ("User: ", "用户：", "Examiner: ", "考官："))

    def passage(self, id: str) -> str:
        """The words of a passage that the prompt shows."""
        start = self.shared.find(f"\n[{id}] ") + len(id) + 4
        return self.shared[start : self.shared.find("\n", start)] if start > len(id) + 3 else ""

    def found(self, pattern: re.Pattern[str], default: str = "") -> str:
        match = pattern.search(self.moment) or pattern.search(self.shared)
        return match[1] if match else default

    def choose(self, chinese: tuple[str, ...], english: tuple[str, ...], number: int) -> str:
        phrases = chinese if self.is_chinese else english
        return phrases[number % len(phrases)]


def play(body: dict[str, Any], number: int) -> str:
    """The reply to a request, as JSON or as tagged text; `number` follows from the request's bytes."""
    messages = body["messages"]
    first = {message["role"]: message["content"] for message in reversed(messages)}
    text = first.get("user", "")
    if mock_gllm.is_asked(text):
        return mock_gllm.write(text, number)
    prompt = Prompt(first.get("system", ""), text, number)
    for sign, role in ROLES.items():
        if prompt.moment and sign in prompt.form:
            said = role(prompt)
            return said if isinstance(said, str) else orjson.dumps(said).decode()
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    said = f"This is reply {number % 9973} to {len(text)} signs."
    return said if schema is None else orjson.dumps(_instance(schema, said)).decode()


def _plan(prompt: Prompt) -> dict[str, Any]:
    ids = _ID.findall(prompt.moment)[:1]
    phrases = sorted(_words(prompt, prompt.passage(ids[0])), key=len)[-2:] if ids else []
    purpose = prompt.choose(PURPOSES_ZH, PURPOSES, prompt.turn + prompt.number % 3)
    kind = prompt.found(_TYPE, "question-answer")
    process = prompt.choose(("用户说；助手答",), ("the user speaks; the assistant replies",), 0)
    return {"type": kind, "target": ids, "key_phrases": phrases, "process": process, "purpose": purpose}


def _say(prompt: Prompt) -> dict[str, Any]:
    return {"text": _asked(prompt, prompt.turn, prompt.found(_SUBJECT, "it")), "closes": False}


def _asked(prompt: Prompt, turn: int, subject: str) -> str:
    opening = prompt.choose(OPENINGS_ZH, OPENINGS, turn)
    wish = prompt.choose(WISHES_ZH, WISHES, turn // len(OPENINGS) * 3 + turn + prompt.number % 3)
    return opening.replace("{}", subject) + ("" if prompt.is_chinese else " ") + wish


def _draft(prompt: Prompt) -> dict[str, Any]:
    """Who is shown no passages to draft from tells the document in its order, turn by turn."""
    drafter, ids = int(prompt.found(_DRAFTER, "1")), list(dict.fromkeys(_ID.findall(prompt.moment)))
    shown = ids[: 1 + (drafter > 1)] or [f"p{prompt.turn}"]
    quotes = {id: quote for id in shown if (quote := prompt.passage(id))}
    text = _told(prompt, prompt.turn + drafter, list(quotes.values()))
    return {"text": text, "citations": [{"passage": id, "quote": quote} for id, quote in quotes.items()]}


def _told(prompt: Prompt, turn: int, quotes: list[str]) -> str:
    """Words of the quotes, or of common knowledge where there are none."""
    matter = list(dict.fromkeys(word for quote in quotes for word in reversed(_words(prompt, quote))))
    known = [prompt.choose(PURPOSES_ZH, PURPOSES, turn), str(turn)]
    said = ("、" if prompt.is_chinese else ", ").join(matter[:12] or known)
    return f"{prompt.choose(ANSWERS_ZH, ANSWERS, turn)}{said}{'。' if prompt.is_chinese else '.'}"


def _write(prompt: Prompt) -> dict[str, Any]:
    """As many turns as are asked for at least, in the style whose form the instructions show."""
    count, subject = int(prompt.found(_TURNS, "8")), prompt.found(_TITLE, "it")
    turns = [_turn(prompt, number, subject) for number in range(1, count + 1)]
    characters = orjson.loads(prompt.form)["characters"]
    return {"characters": dict.fromkeys(characters, prompt.choose(("朋友",), ("a friend",), 0)), "turns": turns}


def _turn(prompt: Prompt, number: int, subject: str) -> dict[str, Any]:
    quote = prompt.passage(f"p{number}")
    turn = {"id": number, "A": _asked(prompt, number - 1, subject), "B": _told(prompt, number, [quote])}
    form = orjson.loads(prompt.form)["turns"][0]
    if "chain" in form:
        turn["thought"] = {
            "type": "question-answer",
            "search": _words(prompt, quote)[:2],
            "find": [quote][: len(quote)],
        }
        turn["chain"] = {**form["chain"], "progress": "starts" if number == 1 else "continues"}
    elif "thought" in form:
        turn["thought"] = form["thought"]
    return {key: turn[key] for key in form}


def _rewrite(prompt: Prompt) -> dict[str, Any]:
    better = prompt.choose(("就是这样。",), (" That is all.",), 0)
    cited = [{"passage": id, "quote": quote} for id, quote in _EVIDENCE.findall(prompt.moment)]
    return {"text": prompt.found(_DRAFT) + better, "citations": cited}


def _review(prompt: Prompt) -> dict[str, Any]:
    labels = _LABEL.findall(prompt.moment)
    reviews = [{"draft": label, **_opinion(prompt, prompt.number >> (place * 8))} for place, label in enumerate(labels)]
    return {"reviews": reviews, "ranking": labels if prompt.number % 2 else labels[::-1]}


def _opinion(prompt: Prompt, drawn: int) -> dict[str, Any]:
    """What a reviewer says of one reply."""
    is_criticised = drawn % 5 == 0
    weakness = prompt.choose(("说得有点干。",), ("It sounds a little dry.",), 0)
    return {
        "weaknesses": [weakness] if is_criticised else [],
        "suggestion": weakness if is_criticised else "",
        **{criterion: 3 + (drawn >> at) % 3 for at, criterion in enumerate(CRITERIA)},
        "accuracy": 4 + drawn % 2,
        "vote": "negative" if is_criticised else "positive",
    }


def _decide(prompt: Prompt) -> dict[str, Any]:
    reason = prompt.choose(("开口就答上了。",), ("It answers in its first words.",), 0)
    return {"reason": reason, "advice": prompt.choose(PURPOSES_ZH, PURPOSES, prompt.turn + 1)}


def _cast(prompt: Prompt) -> dict[str, Any]:
    shown = _CAST.search(prompt.moment)
    return orjson.loads(shown[0] if shown else prompt.form)


def _draft_or_rewrite(prompt: Prompt) -> dict[str, Any]:
    return _rewrite(prompt) if _DRAFT.search(prompt.moment) else _draft(prompt)


def _ask_on(prompt: Prompt) -> dict[str, Any]:
    """The first question of an examination, or the chairman's next one."""
    reason = prompt.choose(("接着问。",), ("It follows on what was said.",), 0)
    subject = prompt.found(_SUBJECT) or prompt.choose(("这件事",), ("it",), 0)
    opening = prompt.choose(OPENINGS_ZH, OPENINGS, prompt.turn).replace("{}", subject)
    wish = prompt.choose(WISHES_ZH, WISHES, prompt.turn + prompt.number % 3)
    return {"reason": reason, "question": opening + ("" if prompt.is_chinese else " ") + wish}


def _answer_or_criticise(prompt: Prompt) -> dict[str, Any]:
    if '"vote"' in prompt.form:
        return {"thinking": "", **_opinion(prompt, prompt.number)}
    ids = list(dict.fromkeys(_ID.findall(prompt.shared)))[prompt.turn : prompt.turn + 1]
    quotes = {id: quote for id in ids if (quote := prompt.passage(id))}
    matter = [word for quote in quotes.values() for word in _words(prompt, quote)] or [str(prompt.number % 9973)]
    opening = prompt.choose(ANSWERS_ZH, ANSWERS, prompt.turn)
    said = ("、" if prompt.is_chinese else ", ").join(matter[:12])
    return {
        "thinking": "",
        "text": f"{opening}{said}{'。' if prompt.is_chinese else '.'}",
        "citations": [{"passage": id, "quote": quote} for id, quote in quotes.items()],
    }


def _reflect_on_instruction(prompt: Prompt) -> str:
    harder = prompt.choose((" 请说明原因，并举一个例子。",), (" Say why, and give one example.",), 0)
    return "\n".join(
        [
            _section(
                "Instruction Critique", prompt.choose(("细致度：没有问原因。",), ("detail: asks for no reason.",), 0)
            ),
            _section("Answer Critique", prompt.choose(("详略：没有例子。",), ("level of details: no example.",), 0)),
            _section("New Instruction", prompt.found(_ASKED) + harder),
            _section("New Answer", f"{prompt.found(_ANSWERED)} {prompt.choose(ANSWERS_ZH, ANSWERS, prompt.number)}…"),
        ]
    )


def _reflect_on_answer(prompt: Prompt) -> str:
    critique = prompt.choose(("详略：还缺一个理由。",), ("level of details: a reason is missing.",), 0)
    better = prompt.choose(("要紧的就是这一点。",), ("That is what it comes down to.",), 0)
    answer = f"{prompt.found(_ANSWERED)} {better}"
    return f"{_section('Answer Critique', critique)}\n{_section('Better Answer', answer)}"


def _section(name: str, text: str) -> str:
    return f"[{name}]\n{text}\n[End]"


def _judge(prompt: Prompt) -> dict[str, Any]:
    """Scores of every turn of the transcript, and of the whole."""
    count = len(set(_NUMBERED.findall(prompt.shared)))
    drawn = [prompt.number >> (3 * number) for number in range(count + 1)]
    turns = [
        {"turn": number, "fault": "", **{name: 3 + (drawn[number] >> at) % 4 / 2 for at, name in enumerate(PER_TURN)}}
        for number in range(1, count + 1)
    ]
    whole = {name: 3 + (drawn[0] >> at) % 4 / 2 for at, name in enumerate(("cs", "co", "ia"))}
    return {"turns": turns, "overall": {"fault": "", **whole}}


def _battle(prompt: Prompt) -> dict[str, Any]:
    """Points for the longer of two dialogues, and now and then for neither."""
    sides = [len(text) for text in _SIDE.findall(prompt.moment)]
    longer = sides.index(max(sides)) if sides and prompt.number % 4 else 2
    points = {"score_a": 5 + 2 * (longer == 0), "score_b": 5 + 2 * (longer == 1)}
    return {"fault_a": "", "fault_b": "", "reason": "", **points}


ROLES: dict[str, Callable[[Prompt], dict[str, Any] | str]] = {
    '"overall"': _judge,
    '"score_a"': _battle,
    '"question"': _ask_on,
    '"thinking"': _answer_or_criticise,
    '"key_phrases"': _plan,
    '"closes"': _say,
    '"citations"': _draft_or_rewrite,
    '"reviews"': _review,
    '"advice"': _decide,
    '"persona"': _cast,
    "[New Answer]": _reflect_on_instruction,
    "[Better Answer]": _reflect_on_answer,
    '"turns"': _write,
}


def _words(prompt: Prompt, passage: str) -> list[str]:
    return (_CHINESE if prompt.is_chinese else _WORD).findall(passage)


def _instance(schema: dict[str, Any], said: str) -> Any:
    """Something that a schema allows, for roles that this file does not know."""
    if "enum" in schema or "const" in schema:
        return schema.get("const") if "const" in schema else schema["enum"][0]
    if "anyOf" in schema:
        return _instance(schema["anyOf"][0], said)
    kind = schema.get("type")
    if kind == "object":
        return {name: _instance(inner, said) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [_instance(schema["items"], said)]
    return {"string": said, "integer": 3, "number": 0.5, "boolean": True}.get(kind or "string")
