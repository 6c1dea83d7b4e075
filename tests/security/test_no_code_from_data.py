"""No code comes from data: what would run it is used nowhere, but where the user names the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("r2s", "agents", "graphs", "policies", "configs")
SOURCES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.py")
    if not any(parent.is_symlink() for parent in path.parents)
)

# Functions by what they are called by; a bare name is a built-in.
FORBIDDEN = {
    *("eval", "exec", "compile", "__import__", "yaml.load", "yaml.full_load", "yaml.unsafe_load", "yaml.load_all"),
    *("pickle.load", "pickle.loads", "marshal.load", "marshal.loads", "shelve.open", "torch.load", "joblib.load"),
    *("os.system", "os.popen", "subprocess.getoutput", "jinja2.Template", "jinja2.Environment"),
}
FORBIDDEN_IMPORTS = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "code", "codeop"}
FORBIDDEN_FLAGS = {"trust_remote_code": True, "shell": True, "allow_pickle": True, "weights_only": False}
# Where a user names code of their own, by a flag or by installing a package.
CHOSEN = {("r2s/evaluation/collectors.py", "exec_module")}


def _called(call: ast.Call) -> str:
    parts, node = [], call.func
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id if isinstance(node, ast.Name) else "?"]))


def found_in(source: str) -> Iterator[str]:
    """Whatever in a source could run what it was given."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            yield from (name for name in names if name.split(".")[0] in FORBIDDEN_IMPORTS)
        elif isinstance(node, ast.Call):
            name = _called(node)
            if name in FORBIDDEN or name.endswith(".exec_module"):
                yield name.rpartition(".")[2] if name.endswith("exec_module") else name
            for flag in node.keywords:
                is_set = isinstance(flag.value, ast.Constant) and flag.value.value == FORBIDDEN_FLAGS.get(
                    flag.arg or ""
                )
                if flag.arg in FORBIDDEN_FLAGS and is_set:
                    yield f"{flag.arg}={flag.value.value}"  # pyright: ignore[reportAttributeAccessIssue]


def test_the_package_runs_no_data() -> None:
    assert len(SOURCES) > 300

    found = {
        (path.relative_to(ROOT).as_posix(), what) for path in SOURCES for what in found_in(path.read_text("utf-8"))
    }

    assert found == CHOSEN


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("eval(reply)", "eval"),
        ("import yaml\nyaml.load(text)", "yaml.load"),
        ("import pickle", "pickle"),
        ("from marshal import loads", "marshal"),
        ("AutoModel.from_pretrained(path, trust_remote_code=True)", "trust_remote_code=True"),
        ("torch.load(path, weights_only=False)", "torch.load"),
        ("subprocess.run(command, shell=True)", "shell=True"),
    ],
)
def test_what_runs_data_would_be_found(source: str, what: str) -> None:
    assert what in set(found_in(source))
