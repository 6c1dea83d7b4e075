"""Other people's scripts, unchanged, each beside its licence."""
