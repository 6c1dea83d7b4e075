"""The methods: one family of them a module, by name in the catalogue."""

from r2s.runs.methods.catalogue import METHODS, method_graph, read_for, roles
from r2s.runs.methods.method import Calls, Method, Turns, rules_of

__all__ = ["METHODS", "Calls", "Method", "Turns", "method_graph", "read_for", "roles", "rules_of"]
