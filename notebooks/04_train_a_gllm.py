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
# # Train a GLLM
#
# GLLM is a small model that turns a document into a dialogue by itself and so takes the teacher's place. Here the loop
# is gone through once: dialogues are made, become samples, a model is trained on them, and plays.
#
# The base is `tiny`, made on the spot with a tokenizer of its own, and it reads eight documents for some seconds:
# **what comes of it writes nonsense**. That the loop closes with a model of 3 million weights, and what it then
# reaches, is measured in `benchmarks/gllm.md`. Needs `pip install 'r2s-dialogues[train]'`.

# %%
import json
from pathlib import Path

from IPython.display import Markdown
from matplotlib import pyplot

import r2s

places = ("Skerry", "Farn", "Holm", "Ness", "Brough", "Calf", "Sule", "Vatna")
Path("documents").mkdir()
for number, place in enumerate(places):
    text = (
        f"The {place} lighthouse was built in {1840 + number} by Alan Marr. Its tower is {30 + number} metres high and "
        f"holds {140 + number} steps. Marr chose grey granite because softer stone had been washed away. "
        "The lamp burned whale oil until 1881. Today a computer on the mainland runs the lamp."
    )
    Path(f"documents/{place.lower()}.txt").write_text(f"{place} lighthouse\n\n{text}\n", encoding="utf-8")

# %% [markdown]
# ## The teacher's dialogues

# %% language="bash"
# r2s run documents -o RUN --turns 3 --set min_turns=2 2> progress.txt | head -n 1

# %%
r2s.load("RUN")

# %% [markdown]
# ## What is learned
#
# A row is the document as the question and the whole dialogue as the answer. The brief layout is for small models; the
# loss counts on the answer alone.

# %% language="bash"
# r2s export RUN --to gllm --set target.layout=brief -o rows.jsonl

# %%
row = json.loads(Path("rows.jsonl").read_text(encoding="utf-8").splitlines()[0])
for message in row["messages"]:
    print(f"[{message['role']}]\n{message['content']}\n")

# %% [markdown]
# ## Training
#
# The same as `r2s train RUN --base tiny -o MODEL`, made shorter still.

# %% language="bash"
# r2s train RUN --base tiny -o MODEL --epochs 8 --set layout=brief --set batch=8 2> progress.txt

# %%
told = json.loads(Path("MODEL/training.json").read_text(encoding="utf-8"))
losses = [step["loss"] for step in told["losses"] if "loss" in step]
axes = pyplot.figure(figsize=(5, 2.4), layout="constrained").subplots()
axes.set(xlabel="updates", ylabel="loss", ylim=(0, 1.1 * losses[0]))
lines = axes.plot(range(1, len(losses) + 1), losses, marker="o")

# %% [markdown]
# The folder holds weights, tokenizer and a card that says what it was made of:

# %%
print(*sorted(path.name for path in Path("MODEL").iterdir()), sep="\n")

# %%
card = Path("MODEL/README.md").read_text(encoding="utf-8")
Markdown(card.split("---", 2)[-1].partition("## Limits")[0])

# %% [markdown]
# ## In the teacher's place
#
# A model that was trained for longer plays one call a dialogue, its quotes verified like any others:
#
#     r2s run documents -o MORE --method gllm --model hf:MODEL --set gllm.layout=brief
#
# or, on a server, `r2s serve MODEL`.
