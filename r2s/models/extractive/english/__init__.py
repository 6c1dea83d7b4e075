"""English for the baseline.

A passage is tagged (`tagging`), cut into facts with exact quotes (`clauses`) and worded to be spoken (`wording`). What a
fact can be told as depends on the moment: on what the document is about (`subject`) and on what has been told (`telling`).
`moves` pairs facts with what a user may say: questions that the grammar allows (`exact_questions` takes a
clause apart with `clause_parts` and asks for one phrase of it, `questions` knows the verb alone), returns to things said
(`hooks`) and patterns chosen by what the fact is like (`features`, `rows`; the sentences in `patterns`, `goals`,
`topics`). `language` puts it together.
"""
