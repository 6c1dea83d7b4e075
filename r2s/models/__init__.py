"""What answers: requests and replies, prompts, and the back ends behind a model's name."""
