"""What a set of dialogues or pairs is like: figures by rule, by a language model and by a judge's answers."""
