"""The conversation tree: its messages, its coverage of the document, its JSON."""
