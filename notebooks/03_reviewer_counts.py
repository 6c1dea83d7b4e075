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
# # How many reviewers?
#
# A sweep plays the same documents with the same seeds under each reviewer count and compares. Zero reviewers means no
# review at all: plain chain of dialogue logic. What the settings have in common is asked once, as all cells share one
# journal of calls.
#
# The model here is the built-in baseline, so that this runs in seconds without a key. **It cannot show what reviewers
# do for a language model**: its reviewers score by rules, and its drafts differ little, so that there is hardly
# anything to choose between. What it does show is how the experiment is made, what it costs in calls, and how to read
# its report. With models: `--model openai:NAME --judge openai:OTHER`.

# %%
import csv
import re
import shutil
from importlib import resources
from pathlib import Path

from IPython.display import Image, Markdown

samples = resources.files("r2s.configs") / "samples"
shutil.copytree(str(samples), "documents")

# %% language="bash"
# r2s sweep documents --reviewers 0,1,3,5 --seeds 0,1 --turns 6 -o SWEEP 2> progress.txt

# %% [markdown]
# ## The report
#
# `SWEEP/report.html` is the whole of it. Here are the parts of `SWEEP/report.md` that matter most, beginning with its
# own warning:

# %%
report = Path("SWEEP/report.md").read_text(encoding="utf-8")
parts = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", report, re.MULTILINE | re.DOTALL))
Markdown(report.partition("\n## ")[0])

# %%
Markdown(parts["Outcomes"].partition("![")[0])

# %%
Image("SWEEP/figures/outcomes.png")

# %% [markdown]
# Where a number is the same in every cell the reviewers changed nothing: the baseline's first draft wins either way.
# Where it is not, the difference is paired by document, with its interval and the p-value after Holm's correction. Six
# documents are too few to show anything small; the last column says how small.

# %%
differences = next(text for name, text in parts.items() if name.startswith("Differences"))
Markdown(differences.partition("### Trend")[0])

# %% [markdown]
# ## What it costs
#
# This is the part that a baseline shows as well as any model: each reviewer is one more call a turn, and the chairman
# one. Calls, not waiting time, as the panel works at once.

# %%
Markdown(parts["Cost"].partition("![")[0])

# %% [markdown]
# ## The panel
#
# What the reviewers thought tells about the panel (how strict it is, how far it agrees), not about the dialogues: the
# same reviewers chose them.

# %%
Image("SWEEP/figures/panel.png")

# %% [markdown]
# ## The numbers themselves
#
# A row for every document, cell and seed, for analyses of one's own. The trees of each cell are an ordinary run:
# `r2s.load("SWEEP/cells/...")`.

# %%
with open("SWEEP/table.csv", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
print(len(rows), "rows of", len(rows[0]), "columns")
for row in rows[:4]:
    print({name: row[name] for name in ("document", "cell", "seed", "turns", "calls", "coverage", "copied")})
