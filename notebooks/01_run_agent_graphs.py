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
# # Run agent graphs
#
# A dialogue is a LangGraph state machine: a planner, a user who has not read the document, candidates who draft
# replies, reviewers who read the drafts, a chairman who keeps one. Here dialogues are played about a text at hand and
# about a folder, with and without a review panel, and once step by step.
#
# The model is the built-in baseline: no network, no key, the same words each time. It is **not a language model**; with
# one, everything below is the same but for `model="openai:NAME"`.

# %%
from importlib import resources

from IPython.display import Markdown

import r2s
from r2s import studio
from r2s.views.mermaid import method_diagram

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
# Every claim is tied to the characters of the document that it stands on, and the panel said of each draft what it
# thinks of it. For the first reply:

# %%
first_reply = tree.dialogues()[0][1]
for quote in first_reply.evidence:
    print(f"characters {quote.start} to {quote.end}, {quote.match}: {text[quote.start : quote.end]}")
for review in first_reply.reviews:
    print(f"{review.reviewer:14} {review.vote}, {review.scores}")
print("chairman:", first_reply.chair.reason)
print("ended by:", tree.stop.rule, "-", tree.stop.reason)

# %% [markdown]
# ## The graph behind it
#
# JupyterLab draws the diagram; `docs/graphs` holds one of every method.

# %%
Markdown(f"```mermaid\n{method_diagram('cod_review', r2s.graph('cod_review'))}```")

# %% [markdown]
# ## Step by step
#
# The graphs of `r2s.studio` take plain JSON, as LangGraph Studio does (`langgraph dev --allow-blocking` in a checkout
# opens them there). Streamed, they tell who did what:

# %%
graph = studio.cod_review({"configurable": {"turns": 1, "reviewers": 3}})
steps = graph.astream({"text": text, "title": "Skerry lighthouse"}, stream_mode="updates", subgraphs=True)
async for _, step in steps:
    for agent, changed in step.items():
        said = [message.text for message in (changed or {}).get("nodes", {}).values()]
        print(f"{agent:12}", *said)

# %% [markdown]
# ## A folder of documents
#
# English and Chinese, results as they come:

# %%
samples = str(resources.files("r2s.configs") / "samples")
for event in r2s.stream(samples, turns=4):
    tree = event.tree
    print(f"{tree.document.id:24} {tree.totals.turns} turns, {tree.coverage:.0%} conveyed, ended by {tree.stop.rule}")

# %% [markdown]
# ## Other methods
#
# Nine methods are shipped, each a graph of its own: here the same document under four of them. What is decided without
# a model is a policy, and can be set as well.

# %%
chains = [r2s.run(document, method=method, turns=4)[0] for method in ("cod", "direct", "self_chat", "review")]
strict = r2s.run(document, turns=4, reviewers=5, policies={"consensus": {"kind": "minimum"}})
type(strict)([*chains, *strict])
