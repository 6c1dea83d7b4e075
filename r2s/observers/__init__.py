"""Those who watch a run for somebody outside of it: the log, OpenTelemetry, Prometheus."""
