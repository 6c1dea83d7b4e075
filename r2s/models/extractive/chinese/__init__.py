"""Chinese for the baseline, simplified and traditional.

A text is cut into pieces that can be told (`clauses`, grouped by `matter`) about a subject of some kind (`topics`), with
the nouns that a listener can take up (`words`) and one script for a dialogue (`spelling`). `turns` pairs a piece with
what a user may say at this point, by rules read (`rules`) from patterns kept as data: `things`, `lives`, `affairs` and,
for what follows from the talk itself, `follow`. `language` puts it together.
"""
