"""File formats, one a file: where rows go."""
