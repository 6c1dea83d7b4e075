"""Models to train, and to test with."""
