"""Names of OpenTelemetry's conventions for generative AI (version 1.41, still in development), and ours beside them.

No attribute holds what was asked or said: a call's key leads to it, by `r2s show RUN --call KEY`.
"""

from collections.abc import Mapping
from typing import Any

OPERATION, PROVIDER, MODEL = "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model"
WORKFLOW, CONVERSATION, AGENT = "gen_ai.workflow.name", "gen_ai.conversation.id", "gen_ai.agent.name"
INPUT_TOKENS, OUTPUT_TOKENS = "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"
FINISH, TOKEN_TYPE = "gen_ai.response.finish_reasons", "gen_ai.token.type"
DURATION, TOKEN_USAGE = "gen_ai.client.operation.duration", "gen_ai.client.token.usage"

# Powers of four, as the conventions advise.
TOKENS = tuple(4**power for power in range(14))


def asked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What kind of call it was: the attributes that spans and metrics share."""
    provider, _, model = facts["model"].rpartition(":")
    return {OPERATION: "chat", PROVIDER: provider or "langchain", MODEL: model}


def call_attributes(facts: Mapping[str, Any]) -> dict[str, Any]:
    """All that a call's span tells; what the server did not say is left out."""
    told = {
        **asked(facts),
        AGENT: facts["speaker"],
        CONVERSATION: facts["dialogue"],
        INPUT_TOKENS: facts["prompt_tokens"],
        OUTPUT_TOKENS: facts["completion_tokens"],
        FINISH: [facts["finish"]] if facts["finish"] else None,
        "r2s.call.key": facts["key"],
    }
    return {name: value for name, value in told.items() if value is not None}
