"""A tree for programs that read graphs: networkx with plain attributes, and GraphML (Gephi, yEd, Cytoscape)."""

import re
from typing import TYPE_CHECKING

from r2s.trees.node import Node, mean_score
from r2s.trees.tree import ConversationTree

if TYPE_CHECKING:
    import networkx

Plain = str | int | float | bool
# What no XML 1.0 file may hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def network(tree: ConversationTree) -> "networkx.DiGraph":
    """Messages by id with plain attributes, an edge from each to its answers; what is not known is left out."""
    import networkx

    graph = networkx.DiGraph()
    graph.graph.update(_present(_of_tree(tree)))
    for node in tree.nodes:
        graph.add_node(node.id, **_present(_of_node(node)))
    graph.add_edges_from((node.parent, node.id) for node in tree.nodes if node.parent is not None)
    return graph


def graphml(tree: ConversationTree) -> str:
    """The same as GraphML; control characters, which XML does not allow, come out as U+FFFD."""
    import networkx

    graph = network(tree)
    clean = networkx.relabel_nodes(graph, {id: _xml(id) for id in graph})
    for attributes in (clean.graph, *clean.nodes.values()):
        attributes.update({name: _xml(value) for name, value in attributes.items() if isinstance(value, str)})
    return "\n".join(networkx.generate_graphml(clean, named_key_ids=True)) + "\n"


def _of_tree(tree: ConversationTree) -> dict[str, Plain | None]:
    return {
        "id": tree.id,
        "document": tree.document.id,
        "title": tree.document.title,
        "lang": tree.document.lang,
        "method": tree.method,
        "model": tree.models["default"],
        "seed": tree.seed,
        "coverage": tree.coverage,
        "stop": tree.stop.rule,
    }


def _of_node(node: Node) -> dict[str, Plain | None]:
    return {
        "role": node.role,
        "agent": node.agent,
        "kind": node.kind,
        "status": node.status,
        "turn": node.turn,
        "order": node.order,
        "text": node.text,
        "type": node.plan.type if node.plan else None,
        "purpose": node.plan.purpose if node.plan else None,
        "quotes": len(node.evidence),
        "reviews": len(node.reviews),
        "score": mean_score(node),
        "dissent": node.chair.dissent if node.chair else None,
        "flaws": ", ".join(node.flaws),
    }


def _present(attributes: dict[str, Plain | None]) -> dict[str, Plain]:
    return {name: value for name, value in attributes.items() if value is not None}


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
