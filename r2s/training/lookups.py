"""Attention that begins as a look-up: what came after the like of this token earlier on is what comes next.

The circuit by which a model copies (an induction head) is learnt late: from millions of tokens of practice, which a CPU
does not read in an hour. Here the first layer begins with heads that look one to three tokens back, and the second with
heads that go to where a like token stood and bring what came after it. Training moves these weights as all others.
"""

import math
from typing import Any

import torch  # pyright: ignore[reportMissingImports]

# How often positions turn: slow enough that half of a head's dimensions know nothing of where they are.
TURNING = 1e6
# The dimensions, fast ones, by which a head finds its distance, and how sure it is of it.
FAST, SURE = 8, 6.0
# The spread of the embeddings, how sharply like tokens are told from others, and how loudly what was found is said.
SPREAD, SHARP, LOUD = 0.08, 3.5, 6.0
# What the other layers say to begin with, as a share of what is usual: little, so that this is heard.
QUIET = 0.1
# What a query reads here, and a key there.
Alike = list[tuple[torch.Tensor, torch.Tensor]]


def begin_with_lookups(model: Any) -> None:
    """Set the weights of the first two layers of a Qwen2 whose heads all have keys of their own."""
    first, second, *_ = (layer.self_attn for layer in model.model.layers)
    heads, hidden = model.config.num_attention_heads, model.config.hidden_size
    half, size = heads // 2, hidden // heads
    read, write, brought = (_rotation(hidden) for _ in range(3))
    # The second half of the heads looks further back, and tells tokens apart as the first does: both can be compared.
    read = torch.cat([read[: hidden // 2], read[: hidden // 2]])
    with torch.no_grad():
        model.model.embed_tokens.weight.normal_(0.0, SPREAD)
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight.mul_(QUIET)
            layer.mlp.down_proj.weight.mul_(QUIET)
        first.v_proj.weight.copy_(read)
        first.o_proj.weight.copy_(SPREAD * write)
        second.v_proj.weight.copy_(brought)
        second.o_proj.weight.copy_(LOUD * SPREAD * brought.T)
        for head in range(heads):
            _look_back(first, head, size, 1 if head < half else 2 + (head - half) % 2)
            _look_up(second, head, size, _alike(head, size, read, write))


def _alike(head: int, size: int, read: torch.Tensor, write: torch.Tensor) -> Alike:
    """This token here, the one before there; and the one before here, the one before that there."""
    start, further = head * size // 4 % size, len(read) // 2
    places = [(start + place) % further for place in range(size // 4)]
    this = [(read[place], write[:, place]) for place in places]
    return this + [(write[:, place], write[:, further + place]) for place in places]


def _look_back(attention: Any, head: int, size: int, distance: int) -> None:
    """Queries and keys that agree most where they are `distance` tokens apart, whatever the tokens."""
    start, half = head * size, size // 2
    for place in range(FAST):
        angle = distance * TURNING ** (-2 * place / size)
        attention.q_proj.bias[start + place] = SURE
        attention.k_proj.bias[start + place] = SURE * math.cos(angle)
        attention.k_proj.bias[start + half + place] = SURE * math.sin(angle)


def _look_up(attention: Any, head: int, size: int, alike: Alike) -> None:
    """Queries and keys that agree most where the one says here what the other says there, at whatever distance."""
    start, half, quarter = head * size, size // 2, size // 4
    slow = [*range(quarter, half), *range(half + quarter, size)]
    for dimension, (here, there) in zip(slow, alike, strict=True):
        attention.q_proj.weight[start + dimension] = SHARP * here
        attention.k_proj.weight[start + dimension] = SHARP * there


def _rotation(size: int) -> torch.Tensor:
    """A random rotation."""
    return torch.linalg.qr(torch.randn(size, size))[0]
