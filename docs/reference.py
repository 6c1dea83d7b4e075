"""The reference: `python docs/reference.py` writes docs/reference from the commands, settings and formats."""

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import BaseModel

import r2s
from r2s.cli import app as commands
from r2s.config import RunConfig
from r2s.runs.directory import RunDirectory
from r2s.samples.flatten import flatten
from r2s.trees.tree import ConversationTree

FOLDER = Path(__file__).resolve().parent / "reference"
SAMPLE = FOLDER.parents[1] / "configs" / "samples" / "en-artifact.txt"
MADE = "Made by `python docs/reference.py` from the code; do not edit.\n\n"

# What each file of a run directory is for, by its name in `RunDirectory`.
FILES = {
    "samples": "One sample a line: `messages` to train on, and `meta`.",
    "trees": "One conversation tree a line, `r2s.tree/1`, with the document itself.",
    "tree_sums": "A checksum of each tree, written before the tree.",
    "errors": "What failed, of which kind, and why; one failure a line.",
    "metrics": "The figures that `r2s status` prints.",
    "manifest": "What ran, on what, with which versions, and how it ended.",
    "config": "The whole configuration, after the file, `--set` and flags.",
    "journal": "Every call of a language model, by the content address of what was asked.",
    "events": "What happened when: calls, retries, dialogues, failures; one event a line.",
    "stats": "What `r2s stats` has found out.",
    "lock": "What keeps two runs out of one directory; it stays there, empty.",
    "desk": "Questions to people and their answers, while `r2s desk` is used.",
    "sums": "Checksums of the other files as the run left them; `sha256sum -c` reads it.",
}

Schema = Mapping[str, Any]
Docs = Mapping[tuple[str, str], str]


def pages() -> dict[str, str]:
    """The text of every file in the folder, by its name."""
    return {"cli.md": cli(), "settings.md": settings(), "formats.md": formats()}


# --- commands


def root() -> Any:
    """The `r2s` command with all its commands, as typer has it."""
    if not commands.app.registered_commands:
        commands._register()
    return typer.main.get_command(commands.app)


def leaves(command: Any, parent: Any = None, name: str = "r2s") -> Iterator[tuple[Any, Any]]:
    """Every command that does something, each with its context, in the order of `r2s --help`."""
    context = command.context_class(command, info_name=name, parent=parent)
    children = getattr(command, "commands", None)
    if children is None:
        yield command, context
        return
    for child_name, child in children.items():
        yield from leaves(child, context, child_name)


def cli() -> str:
    """Every command with its options."""
    head = f"# Commands\n\n{MADE}`r2s COMMAND --help` prints the same.\n"
    return head + "".join(_command(command, context) for command, context in leaves(root()))


def _command(command: Any, context: Any) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    records = filter(None, (one.get_help_record(context) for one in command.params))
    options = "\n".join(f"- `{name}`: {_line(told)}" for name, told in records)
    parts = [f"\n## {context.command_path}", f"    {usage}", _prose(command.help), options, _examples(command.epilog)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _prose(text: str | None) -> str:
    """The paragraphs of a help text; what is marked as set by hand stays as it is set."""
    return "\n\n".join(_paragraph(part) for part in _unmarked(text or "").split("\n\n"))


def _examples(text: str | None) -> str:
    """The examples as they are set, each on a line of its own."""
    return textwrap.indent(_unmarked(text or "").replace("\n\n", "\n"), "    ")


def _paragraph(text: str) -> str:
    return textwrap.indent(text.removeprefix("\b\n"), "    ") if text.startswith("\b") else _line(text)


def _unmarked(text: str) -> str:
    return text.replace("\\[", "[")


def _line(text: str) -> str:
    """A text on one line, its signs told apart from those of Markdown where it is not code already."""
    parts = re.split(r"(`[^`]*`)", " ".join(_unmarked(text).split()))
    return "".join(part if part.startswith("`") else re.sub(r"([\[\]<>*_|])", r"\\\1", part) for part in parts)


# --- settings


def settings() -> str:
    """Every key of the configuration of a run."""
    schema = RunConfig.model_json_schema()
    table = _Fields(schema["$defs"], field_docs(RunConfig))
    head = (
        f"# Settings\n\n{MADE}For `--config FILE` and `--set KEY=VALUE`. Later ones win: the file, `--set`, the flags."
        " `RUN/config.yaml` has the outcome.\n\n"
    )
    parts = [*_section("", "RunConfig", schema, table), *_values(table)]
    return head + "\n\n".join(part for part in parts if part) + "\n"


def _values(table: "_Fields") -> Iterator[str]:
    """What lists and maps of the settings hold: the models that no group of keys has shown."""
    for name, one in table.defs.items():
        if name not in table.shown and set(one.get("properties", ())) - {"kind"}:
            yield f"## {name}"
            yield _about(one)
            yield table.rows(name, one["properties"], "", one)


def _section(prefix: str, name: str, schema: Schema, table: "_Fields") -> Iterator[str]:
    """The plain keys of a group of settings, then the groups within it."""
    plain, groups = {}, {}
    for key, field in schema["properties"].items():
        (groups if table.is_group(field) else plain)[key] = field
    yield _about(schema)
    if plain:
        yield table.rows(name, plain, prefix, schema)
    for key, field in groups.items():
        yield f"## {prefix}{key}"
        yield from _group(f"{prefix}{key}", field, table)


def _group(path: str, field: Schema, table: "_Fields") -> Iterator[str]:
    if "oneOf" not in field:
        name = table.name_of(field)
        yield from _section(f"{path}.", name, table.defs[name], table)
        return
    default = field.get("default", {})
    yield f"One of these kinds; `{path}.kind` is `{default.get('kind')}` where nothing is said."
    if "rules" in default:
        yield f"In full: `{json.dumps(default)}`."
    for one in field["oneOf"]:
        name = table.name_of(one)
        kind = table.defs[name]
        others = {key: value for key, value in kind["properties"].items() if key != "kind"}
        yield f"**`{kind['properties']['kind']['const']}`**: {_about(kind)}"
        if others:
            yield table.rows(name, others, f"{path}.", kind)


def _about(schema: Schema) -> str:
    return _line(schema.get("description", ""))


def field_docs(model: type[BaseModel]) -> dict[tuple[str, str], str]:
    """What stands under the fields of a model and of all models in it, by class and field."""
    found: dict[tuple[str, str], str] = {}
    waiting, seen = [model], set()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        found |= {(one.__name__, field): text for field, text in _docs_of(one)}
        waiting += [inner for field in one.model_fields.values() for inner in _models_in(field.annotation)]
    return found


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _docs_of(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """The fields with a text under them, those of base classes first."""
    for one in reversed([base for base in model.__mro__ if base.__module__.startswith("r2s.")]):
        body = ast.parse(textwrap.dedent(inspect.getsource(one))).body[0]
        assert isinstance(body, ast.ClassDef)
        for field, text in zip(body.body, body.body[1:], strict=False):
            match field, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(told))):
                    yield name, told


# --- formats


def formats() -> str:
    """The files of a run, the fields of a tree, and a sample."""
    return "\n\n".join([f"# Formats\n\n{MADE.strip()}", _files(), _tree(), _sample()]) + "\n"


def _files() -> str:
    places = {name: path.name for name, path in vars(RunDirectory(Path("RUN"))).items() if name != "path"}
    rows = "\n".join(f"| `{file}` | {FILES[name]} |" for name, file in places.items())
    head = "## The run directory\n\nA file is there once there is something in it."
    return f"{head}\n\n| file | what it holds |\n|---|---|\n{rows}"


def _tree() -> str:
    schema = ConversationTree.model_json_schema()
    table = _Fields(schema["$defs"], field_docs(ConversationTree))
    parts = [
        "## The tree, `r2s.tree/1`",
        _about(schema),
        table.rows("ConversationTree", schema["properties"], "", schema),
    ]
    for name, one in schema["$defs"].items():
        parts += [f"### {name}", _about(one), table.rows(name, one["properties"], "", one)]
    return "\n\n".join(part for part in parts if part)


def _sample() -> str:
    tree = r2s.run(SAMPLE, turns=2, min_turns=1, reviewers=1, candidates=1)[0]
    row = json.dumps(next(flatten(tree)), ensure_ascii=False, indent=2)
    told = (
        "A line of `samples.jsonl`, here broken up to be read. `meta.train` has the places of the messages whose loss"
        " counts; `meta.path` their ids in the tree, `meta.evidence` the characters of the document, from and to, that"
        " each reply stands on."
    )
    return f"## A sample\n\n{told}\n\n```json\n{row}\n```"


class _Fields:
    """The fields of JSON schemas as tables."""

    def __init__(self, defs: Mapping[str, Schema], docs: Docs) -> None:
        self.defs, self._docs = defs, docs
        self.shown: set[str] = set()

    def name_of(self, field: Schema) -> str:
        """The name of the model that a field refers to, or nothing."""
        return field.get("$ref", "").rpartition("/")[2]

    def is_group(self, field: Schema) -> bool:
        """Whether a field holds settings of its own, each with a default, and not a single value."""
        inner = self.defs.get(self.name_of(field), {})
        return "oneOf" in field or ("properties" in inner and not inner.get("required"))

    def rows(self, name: str, fields: Mapping[str, Schema], prefix: str, schema: Schema) -> str:
        """A table with a row for each field."""
        self.shown.add(name)
        required = schema.get("required", ())
        rows = [
            f"| `{prefix}{key}` | {self._type(field)} | {self._default(key, field, key in required)}"
            f" | {_line(self._docs.get((name, key), ''))} |"
            for key, field in fields.items()
        ]
        return "\n".join(["| key | type | default | what it means |", "|---|---|---|---|", *rows])

    def _default(self, key: str, field: Schema, required: bool) -> str:
        if required:
            return "required"
        default = field.get("default", _made(key))
        return "" if default == {} else f"`{json.dumps(default, ensure_ascii=False)}`"

    def _type(self, field: Schema) -> str:
        if name := self.name_of(field):
            return name
        if "const" in field:
            return f"`{field['const']}`"
        if "enum" in field:
            return ", ".join(f"`{one}`" for one in field["enum"])
        for several in ("anyOf", "oneOf"):
            if several in field:
                return " or ".join(dict.fromkeys(map(self._type, field[several])))
        return self._container(field) + _bounds(field)

    def _container(self, field: Schema) -> str:
        match field:
            case {"type": "array", "prefixItems": items}:
                return f"pair of {' and '.join(dict.fromkeys(map(self._type, items)))}"
            case {"type": "array", "items": items}:
                return f"list of {self._type(items)}"
            case {"type": "object", "additionalProperties": dict() as values}:
                return f"map to {self._type(values)}"
        return field.get("type", "anything")


def _bounds(field: Schema) -> str:
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    told = [f"{sign} {field[bound]}" for bound, sign in signs.items() if bound in field]
    return f", {' and '.join(told)}" if told else ""


def _made(key: str) -> Any:
    """The default of a key of the configuration that is worked out and stands in no schema."""
    return RunConfig().model_dump(mode="json").get(key, {})


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
