"""Who speaks: one role a file, its prompts beside it in English and Chinese."""
