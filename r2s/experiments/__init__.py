"""Many runs and their comparison: benchmarks and sweeps."""
