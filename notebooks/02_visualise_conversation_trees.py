# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Visualise conversation trees
#
# A run makes a tree of each document: every message is kept once with its parent, the drafts that lost beside the one
# that won, and where several replies are carried on, several dialogues. Here is how to look at them.

# %%
from importlib import resources
from pathlib import Path

import networkx

import r2s

samples = resources.files("r2s.configs") / "samples"
branching = {"consensus": {"kind": "mean"}, "branching": {"kind": "above", "threshold": 2, "count": 2, "nodes": 40}}
trees = r2s.run(str(samples), turns=3, min_turns=2, reviewers=3, candidates=3, policies=branching)
trees

# %% [markdown]
# ## The page
#
# A tree shows itself: in a notebook that runs, the next cell is a page with the outline, the dialogue, reviews,
# evidence in the document, plans and a map; it needs no network. Where no script runs, as on a code host, there is the
# outline.

# %%
tree = trees[1]
tree

# %% [markdown]
# The same in plain text, for terminals and logs:

# %%
print(tree._repr_mimebundle_()["text/plain"])

# %% [markdown]
# ## A drawing
#
# The first dialogue stands at the left with its words. Squares are the user, full circles replies that were kept,
# hollow ones drafts that were not.

# %%
ax = tree.draw()

# %% [markdown]
# Chinese is drawn where a font for it is installed:

# %%
chinese = next(tree for tree in trees if tree.document.lang.startswith("zh"))
ax = chinese.draw()

# %% [markdown]
# ## What a reply stands on
#
# Offsets count characters of the document, so that the quote can be marked in it:

# %%
reply = tree.dialogues()[0][1]
source = tree.document.text
for quote in reply.evidence:
    before, after = source[max(0, quote.start - 60) : quote.start], source[quote.end : quote.end + 60]
    print(f"{reply.text}\n\n… {before}[[{quote.quote}]]{after} …")

# %% [markdown]
# ## As a graph
#
# networkx takes trees with plain attributes, so anything that reads graphs can count on them: how many dialogues, how
# deep, what the drafts scored that lost.

# %%
graph = tree.to_networkx()
scores = networkx.get_node_attributes(graph, "score")
rejected = [scores[id] for id, status in graph.nodes(data="status") if status == "rejected" and id in scores]
print("a tree:", networkx.is_arborescence(graph))
print("dialogues:", len(tree.dialogues()))
print("messages from first to last:", networkx.dag_longest_path_length(graph) + 1)
print("drafts that lost scored", sorted(rejected))

# %% [markdown]
# For other programs there are GraphML (Gephi, yEd, Cytoscape) and DOT (Graphviz):

# %%
tree.to_graphml("tree.graphml")
print(*tree.to_dot("tree.dot").splitlines()[:6], sep="\n")
print(sorted(path.name for path in Path().iterdir()))

# %% [markdown]
# ## A run on disk
#
# `r2s run DOCS -o RUN` writes a directory. `r2s.load("RUN")` reads its trees here; `r2s view RUN` opens them in the
# browser, `r2s show RUN` in the terminal.
