"""R2S turns raw documents into reviewed multi-turn training dialogues."""

from pathlib import Path

# A checkout without symbolic links (Windows) has small text files where the links to the root folders should be.
_root = Path(__file__).resolve().parent
if not (_root / "agents").is_dir() and (_root.parent / "agents").is_dir():
    __path__.append(str(_root.parent))
