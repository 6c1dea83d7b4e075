"""The reasoning of thinking models is told apart from what they say."""

from typing import Any

import pytest

from r2s.models.reasoning import split_reasoning, take_reasoning


@pytest.mark.parametrize(
    ("text", "content", "reasoning"),
    [
        ('{"a": 1}', '{"a": 1}', ""),
        ("  kept as it is ", "  kept as it is ", ""),
        ('<think>\nhm\n</think>\n{"a": 1}', '{"a": 1}', "hm"),
        ('<THINKING>hm</THINKING>{"a": 1}', '{"a": 1}', "hm"),
        ('hm, {x}\n</think>\n{"a": 1}', '{"a": 1}', "hm, {x}"),
        ("<think>never ends", "", "never ends"),
        ('<think>one</think> so <think>two</think>{"a": 1}', 'so {"a": 1}', "one\n\ntwo"),
        ('[THINK]hm[/THINK]{"a": 1}', '{"a": 1}', "hm"),
        ('<think>a draft: {"a": 0}</think>{"a": 1}', '{"a": 1}', 'a draft: {"a": 0}'),
        ('{"a": "write <think>this</think> there"}', '{"a": "write <think>this</think> there"}', ""),
        ('{"a": "</think>"}', '{"a": "</think>"}', ""),
        ("<think></think>hello", "hello", ""),
        ("It thinks in <think>here</think> first.", "It thinks in <think>here</think> first.", ""),
        ("It begins with <think>.", "It begins with <think>.", ""),
    ],
)
def test_blocks_of_reasoning_are_cut_out_of_a_text(text: str, content: str, reasoning: str) -> None:
    assert split_reasoning(text) == (content, reasoning)


@pytest.mark.parametrize(
    ("message", "content", "reasoning"),
    [
        ({"content": "said", "reasoning_content": "thought"}, "said", "thought"),
        ({"content": "said", "reasoning": "thought", "reasoning_content": "thought"}, "said", "thought"),
        ({"content": None, "reasoning": "cut off in thought"}, "", "cut off in thought"),
        ({"content": "said", "reasoning_content": None}, "said", ""),
        ({"content": "<think>b</think>said", "thinking": "a"}, "said", "a\n\nb"),
        (
            {
                "content": [
                    {"type": "thinking", "thinking": [{"type": "text", "text": "thought"}]},
                    {"type": "text", "text": "said"},
                ]
            },
            "said",
            "thought",
        ),
    ],
)
def test_reasoning_is_found_wherever_servers_put_it(message: dict[str, Any], content: str, reasoning: str) -> None:
    taken = take_reasoning(message)

    assert (message["content"], taken) == (content, reasoning)
