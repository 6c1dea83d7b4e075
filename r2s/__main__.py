"""`python -m r2s` is the same as `r2s`."""

from r2s.cli.app import main

main()
