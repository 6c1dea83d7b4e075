"""Who speaks when: one LangGraph state machine a file, drawn in its docstring."""
