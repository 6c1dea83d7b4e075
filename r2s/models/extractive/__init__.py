"""The built-in baseline: it plays every role from a request's fields, by rules over the document's own sentences.

It is no language model. It needs no network and no weights, and gives the same answer to the same request. It finds
questions that a sentence answers, and answers with that sentence, so it recites where a language model would explain,
and it makes little of personas. It is there to try things out, to test with, and to measure others against.
"""
