"""How hard properties are looked for: a few examples, always the same, or many new ones where
`R2S_PROPERTIES=long` says so (make properties)."""

import os

from hypothesis import HealthCheck, settings

CALM = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)

settings.register_profile(
    "ordinary", max_examples=25, derandomize=True, deadline=None, database=None, suppress_health_check=CALM
)
settings.register_profile("long", max_examples=3000, deadline=None, suppress_health_check=CALM)
settings.load_profile(os.environ.get("R2S_PROPERTIES", "ordinary"))
