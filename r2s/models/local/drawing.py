"""Drawing tokens row by row: each reply by its own grammar, temperature and random numbers, whatever its batch."""

from collections.abc import Sequence
from threading import Event
from typing import Any

import torch  # pyright: ignore[reportMissingImports]
import xgrammar  # pyright: ignore[reportMissingImports]
from transformers import LogitsProcessor, StoppingCriteria  # pyright: ignore[reportMissingImports]

from r2s.models.local.batches import Job
from r2s.models.local.circles import without_circles


class Guide(LogitsProcessor):
    """Lets through only those tokens that go on with a row's grammar; a row without one is free."""

    def __init__(self, grammars: Sequence["xgrammar.CompiledGrammar | None"], vocabulary: int) -> None:
        self._matchers: list[Any] = [grammar and xgrammar.GrammarMatcher(grammar) for grammar in grammars]
        self._mask = xgrammar.allocate_token_bitmask(len(grammars), vocabulary)
        self._open = [grammar is not None for grammar in grammars]
        self._begun = False

    def __call__(self, input_ids: "torch.Tensor", scores: "torch.Tensor") -> "torch.Tensor":
        for row, token in enumerate(input_ids[:, -1].tolist()):
            self._open[row] = self._open[row] and self._goes_on(row, token)
            if self._open[row]:
                self._matchers[row].fill_next_token_bitmask(self._mask, row)
        self._begun = True
        return self._masked(scores)

    def _goes_on(self, row: int, token: int) -> bool:
        """Whether a row's reply goes on after its last token; rows that ended are filled up with padding."""
        matcher = self._matchers[row]
        return not self._begun or (matcher.accept_token(token) and not matcher.is_terminated())

    def _masked(self, scores: "torch.Tensor") -> "torch.Tensor":
        # xgrammar masks on CUDA and on the CPU.
        place = scores.device if scores.device.type == "cuda" else torch.device("cpu")
        masked = scores.to(place, torch.float32, copy=True)
        xgrammar.apply_token_bitmask_inplace(masked, self._mask.to(place))
        return masked.to(scores.device)


class Straight(LogitsProcessor):
    """Keeps each reply from going round in circles; `start` is where the replies begin."""

    def __init__(self, jobs: Sequence[Job], start: int) -> None:
        self._jobs, self._start = jobs, start

    def __call__(self, input_ids: "torch.Tensor", scores: "torch.Tensor") -> "torch.Tensor":
        rows = zip(self._jobs, input_ids[:, self._start :].tolist(), scores, strict=True)
        return torch.stack(
            [
                row if job.repeats is None else without_circles(job.repeats, job.prompt, said, row)
                for job, said, row in rows
            ]
        )


class Draw(LogitsProcessor):
    """Draws the next token of every row, and leaves the greedy search no other choice.

    The draw is a race of exponential random numbers of the row's own, so it does not depend on the other rows.
    """

    def __init__(self, jobs: Sequence[Job], device: "torch.device") -> None:
        heat = torch.tensor([job.temperature for job in jobs], dtype=torch.float32, device=device)[:, None]
        self._is_greedy = heat == 0
        self._heat = torch.where(self._is_greedy, 1.0, heat)
        self._chances = [torch.Generator(device).manual_seed(job.seed) for job in jobs]
        self._share = torch.tensor([job.top_p for job in jobs], dtype=torch.float32, device=device)[:, None]

    def __call__(self, input_ids: "torch.Tensor", scores: "torch.Tensor") -> "torch.Tensor":
        chosen = self._choose(scores.float())
        return torch.full_like(scores, -torch.inf).scatter(1, chosen, 0.0)

    def _choose(self, scores: "torch.Tensor") -> "torch.Tensor":
        race = torch.stack([torch.empty_like(scores[0]).exponential_(generator=chance) for chance in self._chances])
        drawn = (self._likely(torch.softmax(scores / self._heat, dim=-1)) / race).argmax(dim=-1, keepdim=True)
        return torch.where(self._is_greedy, scores.argmax(dim=-1, keepdim=True), drawn)

    def _likely(self, chances: "torch.Tensor") -> "torch.Tensor":
        """The chances of the likeliest tokens that together have a row's share, those of all others 0."""
        if bool((self._share >= 1).all()):
            return chances
        sorted_chances, order = chances.sort(dim=-1, descending=True)
        before = sorted_chances.cumsum(dim=-1) - sorted_chances
        kept = torch.where(before < self._share, sorted_chances, 0.0)
        return torch.zeros_like(chances).scatter(1, order, kept)


class Enough(StoppingCriteria):
    """Ends a row at its own greatest length, and all rows once the model is closed."""

    def __init__(self, prompt: int, most: Sequence[int], closed: Event, device: "torch.device") -> None:
        self._last = prompt + torch.tensor(most, device=device)
        self._closed = closed

    def __call__(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, input_ids: "torch.Tensor", scores: "torch.Tensor", **more: object
    ) -> "torch.Tensor":
        reached = input_ids.shape[1] >= self._last
        return torch.ones_like(reached) if self._closed.is_set() else reached
