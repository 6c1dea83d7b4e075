"""Review-Instruct: `review`."""

from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from r2s.config import RunConfig
from r2s.documents import Document
from r2s.graphs.review import ENTRIES, review_graph
from r2s.graphs.review_team import review_team
from r2s.graphs.state import DialogueState
from r2s.runs.methods.method import Calls, Method, ModelOf, Turns, rules_of


def _build(config: RunConfig, model_of: ModelOf, checkpointer: Checkpointer) -> CompiledStateGraph:
    players = review_team(model_of, reviewers=config.reviewers, personas=config.personas)
    return review_graph(players, rules_of(config), checkpointer)


def _turns(document: Document, config: RunConfig) -> Turns:
    """As many as it may have, as there is always more to ask; one where nobody comments on the answers."""
    return Turns(config.turns if config.reviewers else 1, config.turns)


def _smooth(config: RunConfig) -> Calls:
    """Candidate, reviewers and chairman; the seeder asks in the first turn what the chairman does not in the last."""
    return Calls(a_turn=2 + config.reviewers) if config.reviewers else Calls(once=2)


def _most(config: RunConfig) -> Calls:
    """Everybody asked as often as may be; an evolved question that is eliminated costs one more, and its answer."""
    attempts = config.policies.acceptance.attempts
    rounds = 2 if config.policies.evolving.kind == "evol" else 1
    asked = 2 * attempts
    return Calls(a_turn=rounds * asked + config.reviewers) if config.reviewers else Calls(once=asked)


def _unheard(state: DialogueState, config: RunConfig) -> int:
    """The panel first hears a reply that no panel has heard."""
    is_heard = state["enter"] != "next" or state["nodes"][state["leaf"] or ""].chair
    return 0 if is_heard else config.reviewers


REVIEW = Method(
    _build,
    ("seeder", "respondent", "critic", "questioner"),
    _smooth,
    _most,
    is_cast=False,
    takes="either",
    saved=lambda document: int(bool(document.messages)),
    turns=_turns,
    enters=ENTRIES,
    before_it=_unheard,
)
