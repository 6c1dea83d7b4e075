"""Figures of a comparison, one a file: each is drawn with matplotlib and has its data beside it."""
