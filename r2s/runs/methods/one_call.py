"""A whole dialogue in one call: `direct`, `cot` and `cod_single`."""

from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.agents.writer import Style, Writer, writer_prompt
from r2s.config import RunConfig
from r2s.graphs.one_call import one_call_graph
from r2s.runs.methods.method import Calls, Method, ModelOf, Turns, rules_of


def one_call(style: Style) -> Method:
    """The method of a writer of this style."""

    def build(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
        settings = config.writer
        writer = Writer(model_of("writer"), style, settings.temperature, settings.max_tokens)
        return one_call_graph(
            writer, rules_of(config), longest_document=settings.longest_document, checkpointer=checkpointer
        )

    return Method(
        build,
        ("writer",),
        smooth=lambda config: Calls(once=1),
        most=lambda config: Calls(once=config.policies.acceptance.attempts),
        is_cast=False,
        turns=lambda document, config: Turns(min(config.min_turns, config.turns), config.turns),
        reply_tokens=lambda config: config.writer.max_tokens,
        is_whole=True,
        prompt=lambda role, language, prompts: writer_prompt(style, language, prompts=prompts),
    )
