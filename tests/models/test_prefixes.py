"""What a prefix cache could serve of a run's prompts."""

from typing import Any

import r2s
from r2s.models.prefixes import BLOCK, PrefixCache, servable_share
from tests.conftest import Scripted, lighthouse


def prompt(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def test_the_first_prompt_is_served_by_nothing_and_its_repetition_wholly() -> None:
    text = "a" * 10 * BLOCK

    assert servable_share([prompt(text)]) == 0
    assert servable_share([prompt(text), prompt(text)]) == 0.5


def test_only_the_head_of_a_prompt_counts() -> None:
    head, other = "a" * 4 * BLOCK, "b" * 4 * BLOCK

    assert servable_share([prompt(head + other), prompt(head + head)]) == 0.25
    assert servable_share([prompt(head + other), prompt(other + head)]) == 0


def test_what_is_used_again_and_again_is_held_and_what_is_not_is_forgotten() -> None:
    cache, system = PrefixCache(room=100), "rules" * BLOCK
    for number in range(1000):
        cache.add(prompt(f"{system}{number:05}" + "b" * 10 * BLOCK))

    held, served = len(cache._recent) + len(cache._older), cache.served
    cache.add(prompt(f"{system}{0:05}" + "b" * 10 * BLOCK))

    assert held < 2 * (100 + 16)
    assert served == 999 * 5 * BLOCK
    assert cache.served - served == 5 * BLOCK


def test_nothing_asked_is_no_share() -> None:
    assert servable_share([]) is None


def test_the_order_of_our_prompts_serves_a_cache_better_than_instructions_first() -> None:
    model = Scripted({})
    r2s.run(lighthouse(), model=model, turns=6, reviewers=3, candidates=2)
    ours = [request.messages() for request in model.requests]

    naive = [_instructions_first(messages) for messages in ours]

    assert (servable_share(ours) or 0) > 1.2 * (servable_share(naive) or 1)


def _instructions_first(messages: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The same prompt as most would write it: the task first, then the document and the transcript."""
    content = messages[1]["content"]
    end = content.index("</transcript>") + len("</transcript>")
    return [messages[0], {"role": "user", "content": content[end:] + content[:end]}]
