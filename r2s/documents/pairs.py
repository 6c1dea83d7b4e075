"""Pairs and dialogues: what somebody asked and what was answered, in the files that hold such, and the door to them.

`read_pairs` is to `Pair` and `Dialogue` what `read_documents` is to `Document`. Both kinds give their `messages` and
their first `question`, so that a method can take either.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from r2s.documents.document import Message, Role
from r2s.documents.failure import DocumentFailure
from r2s.documents.files import find_files
from r2s.documents.formats.hugging_face import address_of, is_address, read_hub
from r2s.documents.formats.refgpt import parse_dialogue
from r2s.documents.kinds import find_kind
from r2s.documents.layouts import ANSWERS, QUESTIONS, Layout, layout_of
from r2s.documents.message_trees import Root, link_messages, threads
from r2s.documents.notes import ReadNote, Tell, say_nothing
from r2s.documents.opening import SourceFile
from r2s.documents.options import ReadOptions
from r2s.documents.raw import RawDocument, Row
from r2s.documents.records import id_of, list_of, string_of
from r2s.documents.rows import Rows, guarded, peek, read_rows
from r2s.documents.suffixes import WHOLE
from r2s.errors import DocumentError

_ROLES: dict[str, Role] = {
    **dict.fromkeys(("human", "user", "prompter", "instruction"), "user"),
    **dict.fromkeys(("gpt", "assistant", "chatgpt", "bot", "model", "output"), "assistant"),
    "system": "system",
    "function_call": "tool_call",
    **dict.fromkeys(("observation", "tool", "function"), "tool"),
}
_IDS = ("id", "_id", "conversation_id", "conversation_hash", "question_id")
_DEFAULTS = ReadOptions()


class Dialogue(BaseModel, frozen=True):
    """A dialogue that begins with the user, an instruction of the system aside; it may end with either side."""

    id: str
    messages: tuple[Message, ...]
    source: str

    @property
    def question(self) -> str:
        """What the user said first."""
        return next(message.text for message in self.messages if message.role == "user")


class Pair(BaseModel, frozen=True):
    """An instruction, what it is about (`input`, often empty), and its answer; null where it is a seed without one.

    `history` are the messages before it, oldest first.
    """

    id: str
    instruction: str
    input: str = ""
    output: str | None = None
    history: tuple[Message, ...] = ()
    source: str

    @property
    def question(self) -> str:
        """The instruction with its input, as one message."""
        return f"{self.instruction}\n{self.input}" if self.input else self.instruction

    @property
    def messages(self) -> tuple[Message, ...]:
        """The history, the question, and the answer where there is one."""
        answer = () if self.output is None else (Message(role="assistant", text=self.output),)
        return (*self.history, Message(role="user", text=self.question), *answer)


Read = Pair | Dialogue | DocumentFailure


def read_pairs(
    paths: Sequence[Path | str],
    *,
    limit: int | None = None,
    options: ReadOptions = _DEFAULTS,
    tell: Tell = say_nothing,
) -> Iterator[Read]:
    """Pairs and dialogues in the order of the paths, read as they are asked for; `limit` counts those read well."""
    count, ids = 0, set[str]()
    for item in chain.from_iterable(_of_path(str(path), options, tell) for path in paths):
        item = item if isinstance(item, DocumentFailure) else _with_own_id(item, ids, count)
        yield item
        count += not isinstance(item, DocumentFailure)
        if limit is not None and count >= limit:
            return


def _with_own_id(item: Pair | Dialogue, ids: set[str], number: int) -> Pair | Dialogue:
    """Sets of dialogues repeat their ids, where they cut a long one in two: the later ones get a number."""
    id = item.id
    while id in ids:
        id, number = f"{item.id}~{number}", number + 1
    ids.add(id)
    return item if id == item.id else item.model_copy(update={"id": id})


def _of_path(path: str, options: ReadOptions, tell: Tell) -> Iterator[Read]:
    try:
        if is_address(path):
            address = address_of(path)
            yield from pairs_of_rows(guarded(read_hub(address, tell)), str(address), address.name, tell)
            return
        for found in find_files(Path(path)):
            yield from _of_file(SourceFile(found.path, found.place, options, tell, found.problem))
    except DocumentError as error:
        yield DocumentFailure.of(error)


def _of_file(file: SourceFile) -> Iterator[Read]:
    try:
        kind = find_kind(file)
        if kind in WHOLE:
            raise file.fail(f"a {kind} file holds no pairs; r2s run {file.place} takes it as a document")
    except DocumentError as error:
        yield DocumentFailure.of(error)
        return
    yield from pairs_of_rows(read_rows(file, kind), file.place, file.name, file.tell)


def raw_of(item: Pair | Dialogue) -> RawDocument:
    """A pair or a dialogue as a document without text."""
    return RawDocument(id=item.id, title=None, text="", source=item.source, messages=item.messages)


def pairs_of_rows(rows: Rows, place: str, source: str, tell: Tell) -> Iterator[Read]:
    """The pairs or dialogues of a file of rows, by their layout."""
    first, rows = peek(rows)
    layout = layout_of(first[0].values) if first else Layout.PAIRS
    if layout is Layout.MESSAGES:
        yield from _of_messages(rows, source)
        return
    make = _MAKERS.get(layout) or (_of_refgpt if first and "dialogue" in first[0].values else None)
    if make is None:
        yield DocumentFailure(place, f"no pairs but {layout}; r2s run {place} takes documents")
        return
    if layout is Layout.TURNS:
        tell(ReadNote(place, "only the first turn of each question is a seed"))
    for row in rows:
        if isinstance(row, DocumentFailure):
            yield row
        else:
            # A file may mix pairs and conversations.
            yield from _made(_MAKERS.get(layout_of(row.values), make), row, source)


def _made(make: Callable[[Row, str], Iterable[Read]], row: Row, source: str) -> Iterator[Read]:
    try:
        yield from make(row, source)
    except DocumentError as error:
        yield DocumentFailure.of(error)


def _of_pair(row: Row, source: str) -> Iterator[Pair]:
    values = row.values
    instruction = _text(values, QUESTIONS)
    if not instruction:
        raise DocumentError(row.place, f"the row has no instruction; put it in one of {', '.join(QUESTIONS)}")
    yield Pair(
        id=id_of(values, _IDS) or row.place,
        instruction=instruction,
        input=_text(values, ("input", "context")) or "",
        output=_text(values, ANSWERS),
        history=tuple(_history(values)),
        source=source,
    )


def _history(values: Mapping[str, Any]) -> Iterator[Message]:
    """The system's words and the earlier exchanges of an Alpaca row: `history` is a list of question and answer."""
    if system := _text(values, ("system",)):
        yield Message(role="system", text=system)
    for exchange in list_of(values, "history"):
        if isinstance(exchange, list) and len(exchange) == 2:
            yield Message(role="user", text=str(exchange[0]))
            yield Message(role="assistant", text=str(exchange[1]))


def _of_turns(row: Row, source: str) -> Iterator[Pair]:
    turns = [turn for turn in list_of(row.values, "turns") if isinstance(turn, str) and turn.strip()]
    if not turns:
        raise DocumentError(row.place, "the row has no turn; leave it out")
    yield Pair(id=id_of(row.values, _IDS) or row.place, instruction=turns[0], source=source)


def _of_conversation(row: Row, source: str) -> Iterator[Dialogue]:
    values = row.values
    said = next((values[name] for name in ("conversations", "conversation", "messages") if values.get(name)), None)
    messages = [_message(item, row.place) for item in said] if isinstance(said, list) else []
    if system := _text(values, ("system",)):
        messages.insert(0, Message(role="system", text=system))
    yield _dialogue(id_of(values, _IDS) or row.place, messages, source, row.place)


def _message(item: Any, place: str) -> Message:
    if not isinstance(item, dict):
        raise DocumentError(place, "a message is no object; write {from, value} or {role, content}")
    who = string_of(item, ("from", "role", "speaker"))
    if who is None:
        raise DocumentError(place, "the messages do not say who speaks; name them with from or role (user, assistant)")
    if who.lower() not in _ROLES:
        raise DocumentError(place, f"a message is by {who!r}; R2S knows {', '.join(_ROLES)}")
    return Message(role=_ROLES[who.lower()], text=_text(item, ("value", "content", "text")) or "")


def _of_refgpt(row: Row, source: str) -> Iterator[Dialogue]:
    said = row.values.get("dialogue")
    items = parse_dialogue(said) if isinstance(said, str) else list_of(row.values, "dialogue")
    messages = [_message(item, row.place) for item in items]
    yield _dialogue(id_of(row.values, _IDS) or row.place, messages, source, row.place)


def _of_tree(row: Row, source: str) -> Iterator[Dialogue]:
    tree = str(row.values.get("message_tree_id") or row.place)
    prompt = row.values.get("prompt")
    for thread in threads(prompt) if isinstance(prompt, dict) else ():
        yield _of_thread(thread, tree, source, row.place)


def _of_messages(rows: Rows, source: str) -> Iterator[Read]:
    """The trees of a file that holds their messages one by one; it is read to its end before the first is given."""
    held: list[Row] = []
    for row in rows:
        if isinstance(row, DocumentFailure):
            yield row
        else:
            held.append(row)
    for root in link_messages([row.values for row in held]):
        yield from _made(_of_root(root), held[0], source)


def _of_root(root: Root) -> Callable[[Row, str], Iterator[Dialogue]]:
    return lambda row, source: (_of_thread(thread, root.id, source, row.place) for thread in threads(root.message))


def _of_thread(thread: Sequence[Mapping[str, Any]], tree: str, source: str, place: str) -> Dialogue:
    leaf = thread[-1].get("message_id") or thread[-1].get("user_message_id") or len(thread)
    return _dialogue(f"{tree}:{leaf}", [_message(message, place) for message in thread], source, place)


def _dialogue(id: str, messages: Sequence[Message], source: str, place: str) -> Dialogue:
    """A dialogue without what the assistant said before it was asked; raises DocumentError where it is none."""
    first = next((number for number, message in enumerate(messages) if message.role == "user"), None)
    if first is None:
        raise DocumentError(place, "the user says nothing in this dialogue; leave it out")
    kept = [*(message for message in messages[:first] if message.role == "system"), *messages[first:]]
    if any(one.role == other.role in ("user", "assistant") for one, other in pairwise(kept)):
        raise DocumentError(place, "the same side speaks twice in a row; join its messages, or leave the dialogue out")
    return Dialogue(id=id, messages=tuple(kept), source=source)


def _text(values: Mapping[str, Any], names: Sequence[str]) -> str | None:
    """The first of these fields that holds words, its lines kept."""
    found = (values[name].strip() for name in names if isinstance(values.get(name), str))
    return next(filter(None, found), None)


_MAKERS: dict[Layout, Callable[[Row, str], Iterable[Read]]] = {
    Layout.PAIRS: _of_pair,
    Layout.CONVERSATIONS: _of_conversation,
    Layout.TURNS: _of_turns,
    Layout.TREES: _of_tree,
}
