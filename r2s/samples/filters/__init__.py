"""Filters, one a file: which dialogues are good enough to export, and why the others are not."""
