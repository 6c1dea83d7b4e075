"""The whole loop: a teacher's dialogues train GLLM, GLLM's dialogues train the dialogue model, and each is measured."""
