# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
# ---

# %% [markdown]
# # Run agent graphs
#
# A dialogue is a LangGraph state machine. Here one is played about a text at hand, with and without a review panel, and
# then a whole folder. The model is the built-in baseline: no network, no weights, the same words each time.

# %%
from importlib import resources

import r2s

text = (
    "The Skerry lighthouse was built in 1844 by Alan Marr. Its tower is 48 metres high and holds 151 steps. "
    "Marr chose grey granite because softer stone had been washed away twice. The lamp burned whale oil until 1881. "
    "A storm broke three windows in 1897, but the light never failed. Today a computer on the mainland runs the lamp."
)
document = r2s.document(text, id="skerry", title="Skerry lighthouse")

# %% [markdown]
# ## One document, one dialogue

# %%
(tree,) = r2s.run(document, reviewers=3, candidates=2, turns=8)
for message in tree.dialogues()[0]:
    print(f"{message.role:9}  {message.text}")

# %% [markdown]
# What the panel said of the first reply, and why the dialogue ended:

# %%
first_reply = tree.dialogues()[0][1]
for review in first_reply.reviews:
    print(review.reviewer, review.vote, review.scores)
print(tree.stop)

# %% [markdown]
# ## The graph behind it

# %%
print(r2s.graph("cod_review").get_graph().draw_mermaid())

# %% [markdown]
# ## A folder of documents, results as they come

# %%
samples = resources.files("r2s.configs") / "samples"
for event in r2s.stream(str(samples), turns=4):
    tree = event.tree
    print(f"{tree.document.id:24} {tree.totals.turns} turns, {tree.coverage:.0%} conveyed, ended by {tree.stop.rule}")
