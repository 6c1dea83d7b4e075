"""Export targets, one a file: what the dialogues of a tree become in the format of a training library."""
