"""The arena: every contest judged in both orders, by one judge or a committee whose members may hear each other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from r2s.agents.battle import Battle, BattleAnswer
from r2s.agents.scene import Scene
from r2s.errors import R2SError
from r2s.evaluation.battles.battle import Bout
from r2s.evaluation.battles.contests import Contest
from r2s.evaluation.judging import Judging, Verdict
from r2s.models.request import Model, Reply
from r2s.runs.endings import ENDINGS
from r2s.trees.node import NOBODY

Opinions = dict[tuple[str, bool], str]
"""What a judge said of a contest in an order, by the contest's key and whether the sides were swapped."""


@dataclass(frozen=True)
class Showing:
    """A contest in one order, with what other judges said of it."""

    contest: Contest
    is_swapped: bool
    others: tuple[str, ...] = ()


@dataclass
class Sitting:
    """What one judge made of all contests; `ended` is why it could not go on."""

    judge: str
    bouts: list[Bout] = field(default_factory=list)
    opinions: Opinions = field(default_factory=dict)
    ended: R2SError | None = None


async def judge_contests(
    contests: Sequence[Contest],
    judging: Judging,
    others: Sequence[Opinions] = (),
    on_judged: Callable[[Bout], None] = lambda bout: None,
) -> Sitting:
    """Put every contest to the judge in both orders; a sitting that ends early keeps the bouts that it has.

    `others` is what the other members of a committee said of the same contests.
    """
    sitting, seed = Sitting(judging.name), judging.config.seed

    async def question(model: Model, showing: Showing) -> Reply[BattleAnswer]:
        contest = showing.contest
        sides = (contest.second, contest.first) if showing.is_swapped else (contest.first, contest.second)
        scene = Scene(contest.document, NOBODY, (), turn=0, seed=seed)
        return await Battle(model).judge(scene, *sides, contest.focus, showing.others)

    first: Verdict[Showing, BattleAnswer] | None = None
    try:
        async for verdict in judging.about(_showings(contests, others), question):
            if verdict.answer is not None:
                sitting.opinions[verdict.item.contest.key, verdict.item.is_swapped] = _opinion(verdict.answer)
            if not verdict.item.is_swapped:
                first = verdict
            elif first is not None:
                sitting.bouts.append(_bout(first, verdict))
                on_judged(sitting.bouts[-1])
    except tuple(ENDINGS) as error:
        sitting.ended = error
    return sitting


def _showings(contests: Sequence[Contest], others: Sequence[Opinions]) -> Iterable[Showing]:
    for contest in contests:
        for is_swapped in (False, True):
            heard = (opinions.get((contest.key, is_swapped)) for opinions in others)
            yield Showing(contest, is_swapped, tuple(opinion for opinion in heard if opinion))


def _opinion(answer: BattleAnswer) -> str:
    """What other judges are told of an answer; the labels are the same in the same order."""
    faults = f"A: {answer.fault_a or '-'}; B: {answer.fault_b or '-'}"
    return f"A {answer.score_a:g}, B {answer.score_b:g}: {answer.reason} ({faults})"


def _bout(first: Verdict[Showing, BattleAnswer], second: Verdict[Showing, BattleAnswer]) -> Bout:
    contest = first.item.contest
    return Bout(
        key=contest.key,
        document=contest.document.id,
        lengths=contest.lengths,
        orders=(first.answer.value if first.answer else None, -second.answer.value if second.answer else None),
        faults=tuple(verdict.fault for verdict in (first, second) if verdict.fault),
        is_waiting=first.is_waiting or second.is_waiting,
    )
