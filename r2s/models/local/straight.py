"""Circles barred within vLLM, which loads this by its name: `SETTING` of a request is how often is too often."""

from functools import partial
from typing import Any

from vllm.v1.sample.logits_processor import AdapterLogitsProcessor  # pyright: ignore[reportMissingImports]

from r2s.models.local.circles import SETTING, without_circles


class Straight(AdapterLogitsProcessor):
    """Keeps the replies of those requests from circles that say so."""

    def is_argmax_invariant(self) -> bool:
        """What was likeliest may be barred."""
        return False

    def new_req_logits_processor(self, params: Any) -> Any:
        """What vLLM calls with a request's prompt, its reply so far and the scores of the next token."""
        repeats = (params.extra_args or {}).get(SETTING)
        return None if repeats is None else partial(without_circles, repeats)
