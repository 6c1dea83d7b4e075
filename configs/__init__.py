"""Shipped configurations, one run a file, and the sample documents."""
