"""Policies of plug-ins: a family of policies that also takes the kinds which installed packages offer."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, SerializerFunctionWrapHandler, ValidationError, WrapSerializer, WrapValidator
from pydantic.functional_validators import ModelWrapValidatorHandler

from r2s.errors import ConfigError
from r2s.plugins import POLICIES, offers, plug_in


class Plugged:
    """Marks values whose kind a plug-in has: what one is checked and written by is its own class."""

    def __init__(self, family: str) -> None:
        self._family = family

    def validate(self, value: Any, known: ModelWrapValidatorHandler[Any]) -> Any:
        """The policy; kinds that come with R2S never ask for plug-ins."""
        try:
            return known(value)
        except ValidationError as error:
            if error.errors(include_url=False)[0]["type"] != "union_tag_invalid":
                raise
            kind = value.get("kind") if isinstance(value, Mapping) else getattr(value, "kind", None)
            policy = self._policy(str(kind))
            if policy is None:
                raise
        return value if isinstance(value, policy) else self._checked(policy, value)

    def write(self, value: Any, known: SerializerFunctionWrapHandler) -> Any:
        """The policy as settings."""
        is_ours = type(value).__module__.startswith("r2s.")
        return known(value) if is_ours or not isinstance(value, BaseModel) else value.model_dump(mode="json")

    def _policy(self, kind: str) -> type[BaseModel] | None:
        policy = plug_in(POLICIES, f"{self._family}.{kind}")
        if policy is not None and not (isinstance(policy, type) and issubclass(policy, BaseModel)):
            raise ConfigError(f"the plug-in {offers(POLICIES)[f'{self._family}.{kind}']} is no pydantic model")
        return policy

    def _checked(self, policy: type[BaseModel], value: Mapping[str, Any]) -> BaseModel:
        try:
            return policy.model_validate(value)
        except ValidationError as error:
            problems = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False)]
            raise ValueError("; ".join(problems)) from None


def plugged(family: str) -> tuple[WrapValidator, WrapSerializer]:
    """What stands behind the kinds of a family in its annotation."""
    marks = Plugged(family)
    return WrapValidator(marks.validate), WrapSerializer(marks.write)
