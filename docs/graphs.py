"""The diagrams of the methods: `python docs/graphs.py` writes docs/graphs and the README's from the graphs themselves.

Each is mermaid text, which code hosts and JupyterLab draw, under the docstring of the graph's module.
"""

import inspect
import re
from pathlib import Path

import r2s
from r2s.graphs import cod_review, one_call, reflection, review, self_chat
from r2s.runs.methods import METHODS
from r2s.views.mermaid import method_diagram

FOLDER = Path(__file__).resolve().parent / "graphs"
README = FOLDER.parents[1] / "README.md"
_PLACE = re.compile(r"(<!-- r2s graph (\w+) -->\n+)```mermaid\n.*?```", re.DOTALL)
MODULES = {
    "cod_review": cod_review,
    "cod": cod_review,
    "self_chat": self_chat,
    "review": review,
    "reflection": reflection,
}


def pages() -> dict[str, str]:
    """The text of every file in the folder, by its name."""
    index = "".join(f"- [{method}]({method}.md)\n" for method in METHODS)
    head = "# The methods as graphs\n\nMade by `python docs/graphs.py` from the graphs themselves; do not edit.\n\n"
    return {"README.md": head + index, **{f"{method}.md": page(method) for method in METHODS}}


def page(method: str) -> str:
    """What a method is, and its diagram."""
    told = inspect.cleandoc(MODULES.get(method, one_call).__doc__ or "")
    return f"# {method}\n\n{_drawn(method)}\n\n{told}\n"


def with_diagrams(text: str) -> str:
    """A text in which the diagram behind each `<!-- r2s graph METHOD -->` is that of the method."""
    return _PLACE.sub(lambda place: f"{place[1]}{_drawn(place[2])}", text)


def _drawn(method: str) -> str:
    return f"```mermaid\n{method_diagram(method, r2s.graph(method))}```"


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    README.write_text(with_diagrams(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
