"""Reports of comparisons: what they say, and the two forms in which they say it."""
