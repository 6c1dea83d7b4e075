"""A whole dialogue in one call: `direct`, `cot` and `cod_single` by any model, `gllm` by one trained for it."""

from typing import Any

from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.agents.gllm import Gllm, gllm_prompt
from r2s.agents.writer import Style, Writer, writer_prompt
from r2s.config import RunConfig
from r2s.graphs.one_call import one_call_graph
from r2s.models.request import Sampling
from r2s.runs.learnt import learnt_form
from r2s.runs.methods.method import Build, Calls, Method, ModelOf, Turns, rules_of


def writing(style: Style) -> Method:
    """The method of a writer of this style."""

    def build(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
        settings = config.writer
        writer = Writer(model_of("writer"), style, settings.temperature, settings.max_tokens)
        return one_call_graph(
            writer, rules_of(config), longest_document=settings.longest_document, checkpointer=checkpointer
        )

    return _one_call(
        build,
        "writer",
        reply_tokens=lambda config: config.writer.max_tokens,
        prompt=lambda role, language, prompts: writer_prompt(style, language, prompts=prompts),
    )


def _gllm(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
    settings = config.gllm
    sampling = Sampling(settings.temperature, settings.max_tokens, settings.top_p, settings.repeats)
    writer = Gllm(model_of("gllm"), *learnt_form(config), sampling)
    return one_call_graph(
        writer, rules_of(config), longest_document=settings.longest_document, checkpointer=checkpointer
    )


def _one_call(build: Build, role: str, **facts: Any) -> Method:
    """A method whose dialogues are written whole, by this role."""
    return Method(
        build,
        (role,),
        smooth=lambda config: Calls(once=1),
        most=lambda config: Calls(once=config.policies.acceptance.attempts),
        is_cast=False,
        turns=lambda document, config: Turns(min(config.min_turns, config.turns), config.turns),
        is_whole=True,
        **facts,
    )


GLLM = _one_call(
    _gllm,
    "gllm",
    reply_tokens=lambda config: config.gllm.max_tokens,
    # The reply's form depends on the layout, the task's words hardly.
    prompt=lambda role, language, prompts: gllm_prompt(language, "full"),
)
