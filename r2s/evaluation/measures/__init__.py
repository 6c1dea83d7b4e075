"""The measures that R2S ships, one subject a file; importing them registers their collectors."""

from r2s.evaluation.measures import flow, matter, panel, spending

__all__ = ["flow", "matter", "panel", "spending"]
