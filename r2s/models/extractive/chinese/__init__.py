"""Chinese for the baseline, simplified and traditional.

A text is cut into pieces that can be told (`clauses`, grouped by `matter`) about a subject of some kind (`topics`), with
the nouns that a listener can take up (`words`) and one script for a dialogue (`spelling`). `turns` pairs a piece with
what a user may say at this point, by rules read (`rules`) from patterns kept as data: `things`, `lives`, `affairs` and,
for what follows from the talk itself, `follow`. Exact questions are read by `exact_questions` from facts kept as data
(`exact_facts`, `exact_nouns`, `exact_sizes`, `exact_things`) where the topic is spoken of (`marking`), and made of the
sentence's own words by `exact_clauses` and `exact_deeds`. `language` puts it together.
"""
