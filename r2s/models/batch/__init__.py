"""A model that answers later: what is wanted is written down as batch requests, and read from the journal next time."""
