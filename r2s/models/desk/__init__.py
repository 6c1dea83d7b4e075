"""The desk of a run: where people answer in a role, and where a run is held up, stepped through and taken over.

It is a folder inside the run, so that the process that plays, another terminal and the served page are readers and
writers of the same small files, and none of them need outlive another.
"""
