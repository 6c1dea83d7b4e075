"""What tokens cost: a dated list that users can override. A model that is not on it has an unknown cost."""

import functools
from collections.abc import Mapping
from importlib import resources

import yaml
from pydantic import BaseModel, Field

from r2s.models.names import is_person

# Kinds of models that play on this machine.
FREE = ("extractive", "hf", "vllm")
# Where a budget in dollars cannot be kept.
UNPRICED = (
    "the price of the model is unknown, so --max-cost cannot be kept;"
    " give it with --set 'prices.NAME={input: USD, output: USD}' for a million tokens"
)


class Price(BaseModel, frozen=True, extra="forbid"):
    """US dollars for a million tokens."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Dollars for so many tokens."""
        return (self.input * prompt_tokens + self.output * completion_tokens) / 1_000_000


def price_of(model: str, overrides: Mapping[str, Price]) -> Price | None:
    """The price of a model by its own name or, for `openai:NAME`, by NAME; None where it is unknown.

    What plays on this machine, and people, cost nothing unless the user says otherwise.
    """
    plain = model.partition(":")[2] or model
    given = overrides.get(model) or overrides.get(plain)
    return given or (Price(input=0, output=0) if _is_free(model) else shipped_prices().get(plain))


def may_cost(model: str, overrides: Mapping[str, Price]) -> bool:
    """Whether calls of a model cost money, as far as anybody knows: a price that is not known may be any."""
    price = price_of(model, overrides)
    return price is None or price.input + price.output > 0


def _is_free(model: str) -> bool:
    return model.partition(":")[0] in FREE or is_person(model)


@functools.cache
def shipped_prices() -> Mapping[str, Price]:
    """The list that comes with R2S."""
    text = resources.files("r2s.models").joinpath("prices.yaml").read_text(encoding="utf-8")
    return {name: Price.model_validate(price) for name, price in yaml.safe_load(text)["models"].items()}
