"""An example of a plug-in for R2S. Each module shows one thing that a package can add."""
