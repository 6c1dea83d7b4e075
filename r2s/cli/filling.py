"""An answer's form in the terminal: one line after the other is asked for, and what cannot be is asked for again.

The lines come from whoever drives it: a generator that yields prompts, is sent what was typed, and returns the answer.
"""

from collections.abc import Generator, Sequence
from typing import Any

from r2s.models.desk.form import Field
from r2s.models.desk.question import Fault

Asking = Generator[str, str, Any]

LEFT_OUT = object()
YES = ("y", "yes", "1", "true")
NO = ("n", "no", "0", "false", "")


def fill(fields: Sequence[Field]) -> Asking:
    """The whole answer, field by field; what may be left out and is left empty is not in it."""
    return (yield from _group(fields, {}))


def mend(fields: Sequence[Field], reply: dict[str, Any], faults: Sequence[Fault]) -> Asking:
    """The answer with the fields asked for again in which there are faults; all of them, where a fault has no place."""
    names = {str(fault.place[0]) if fault.place else "" for fault in faults}
    wrong = [field for field in fields if field.name in names] or list(fields)
    told = "\n".join(f"  {'.'.join(map(str, fault.place)) or 'answer'}: {fault.message}" for fault in faults)
    again = yield from _headed(f"This cannot be used:\n{told}", _group(wrong, {}))
    asked = {field.name for field in wrong}
    return {**{name: value for name, value in reply.items() if name not in asked}, **again}


def _group(fields: Sequence[Field], begun: dict[str, Any]) -> Asking:
    """The fields of a group that are not settled by how it begins."""
    found = dict(begun)
    for field in fields:
        if field.name in begun:
            continue
        value = yield from _field(field)
        if value is not LEFT_OUT:
            found[field.name] = value
    return found


def _field(field: Field) -> Asking:
    match field.kind:
        case "number":
            return (yield from _number(field))
        case "choice":
            return (yield from _choice(field))
        case "flag":
            return (yield from _flag(f"{_title(field)}? [y/N] "))
        case "texts":
            return (yield from _texts(field))
        case "ranking":
            return (yield from _ranking(field))
        case "group":
            return (yield from _headed(_title(field), _group(field.fields, {})))
        case "groups":
            return (yield from _groups(field))
    said = yield f"{_title(field)}: "
    return said.strip() if said.strip() or field.must else LEFT_OUT


def _number(field: Field) -> Asking:
    bounds = f", {field.least:g} to {field.most:g}" if field.least is not None and field.most is not None else ""
    prompt = f"{_title(field)}{bounds}: "
    asked = prompt
    while True:
        said = (yield asked).strip()
        if not said and not field.must:
            return LEFT_OUT
        try:
            value = int(said) if field.whole else float(said.replace(",", "."))
        except ValueError:
            asked = f"{said!r} is no number. {prompt}"
            continue
        if (field.least is None or value >= field.least) and (field.most is None or value <= field.most):
            return value
        asked = f"{said} is out of range. {prompt}"


def _choice(field: Field) -> Asking:
    """One of the choices, by its number, or by as much of it as tells it apart."""
    listed = ", ".join(f"{number} {choice}" for number, choice in enumerate(field.choices, 1))
    prompt = f"{_title(field)}, one of {listed}: "
    asked = prompt
    while True:
        said = (yield asked).strip().lower()
        if not said and not field.must:
            return LEFT_OUT
        if said.isdecimal() and 0 < int(said) <= len(field.choices):
            return field.choices[int(said) - 1]
        meant = [choice for choice in field.choices if said and str(choice).lower().startswith(said)]
        if len(meant) == 1:
            return meant[0]
        asked = f"{said!r} is none of them. {prompt}"


def _flag(prompt: str) -> Asking:
    said = (yield prompt).strip().lower()
    while said not in (*YES, *NO):
        said = (yield f"Please answer y or n. {prompt}").strip().lower()
    return said in YES


def _texts(field: Field) -> Asking:
    texts: list[str] = []
    prompt = f"{_title(field)}, one a line, an empty line ends: "
    while said := (yield prompt).strip():
        texts.append(said)
        prompt = f"{field.label}, {len(texts) + 1}: "
    return texts


def _ranking(field: Field) -> Asking:
    prompt = f"{_title(field)}, such as {' '.join(map(str, field.choices))}: "
    asked = prompt
    while True:
        named = (yield asked).replace(",", " ").upper().split()
        known = {str(choice).upper(): choice for choice in field.choices}
        if sorted(named) == sorted(known):
            return [known[name] for name in named]
        asked = f"Name each of them once. {prompt}"


def _groups(field: Field) -> Asking:
    """Entries that begin somehow, each in turn; else as many as are wanted."""
    if field.begun:
        entries = []
        for number, begun in enumerate(field.begun, 1):
            about = ", ".join(f"{name} {value}" for name, value in begun.items()) or str(number)
            entries.append((yield from _headed(f"{field.label}: {about}", _group(field.fields, dict(begun)))))
        return entries
    entries = []
    while field.most is None or len(entries) < field.most:
        what = f"{_title(field)}: add {'another' if entries else 'one'}? [y/N] "
        if not (yield from _flag(what)):
            break
        entries.append((yield from _group(field.fields, {})))
    return entries


def _headed(header: str, asking: Asking) -> Asking:
    """The same prompts, the first under a header."""
    try:
        prompt = f"{header}\n{next(asking)}"
        while True:
            prompt = asking.send((yield prompt))
    except StopIteration as end:
        return end.value


def _title(field: Field) -> str:
    return f"{field.label} ({field.help})" if field.help else field.label
