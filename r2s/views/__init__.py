"""Trees and runs for people to look at."""
