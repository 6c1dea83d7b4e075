"""Many documents: the engine, the run directory, resume, budget and progress."""
