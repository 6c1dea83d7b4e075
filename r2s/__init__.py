"""R2S turns raw documents into reviewed multi-turn training dialogues.

`r2s.run(docs)` returns conversation trees, `r2s.stream(docs)` yields results as they come, `r2s.load(run)` reads the
trees of a run directory, `r2s.fork(run, node)` lets a dialogue go on from a message, `r2s.graph(method)` gives the
LangGraph graph, and `r2s.document(text)` makes a document of a text at hand.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from r2s.api import arun, astream, document, fork, graph, load, run, stream

__all__ = ["arun", "astream", "document", "fork", "graph", "load", "run", "stream"]

# A checkout without symbolic links (Windows) has small text files where the links to the root folders should be.
_root = Path(__file__).resolve().parent
if not (_root / "agents").is_dir() and (_root.parent / "agents").is_dir():
    __path__.append(str(_root.parent))


def __getattr__(name: str) -> Any:
    """The public names, imported when first used: importing `r2s` costs next to nothing."""
    if name in __all__:
        from r2s import api

        return getattr(api, name)
    raise AttributeError(f"module 'r2s' has no attribute {name!r}")
