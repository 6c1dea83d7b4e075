"""The judge of a comparison: never one of the reviewers, and its scores by tree."""

import json

import pytest

from r2s.config import load_config
from r2s.errors import ConfigError
from r2s.evaluation.judging import Judging
from r2s.experiments.agreement import panel_agreements
from r2s.experiments.directory import SweepDirectory
from r2s.experiments.held_out import KBENCH, check_held_out, judge_cells
from tests.servers import serve as serve


@pytest.mark.parametrize(
    ("judge", "settings"),
    [
        ("openai:big", {"models.default": "openai:big"}),
        ("openai:big", {"models.default": "openai:small", "models.reviewer": "openai:big"}),
        ("openai:Org/Big", {"models.default": "vllm:models/big"}),
        ("extractive", {}),
        ("openai:big", {"personas": [{"name": "a", "briefs": {"en": "b"}, "model": "openai:big"}]}),
    ],
)
def test_a_model_that_reviews_does_not_judge(judge, settings):
    with pytest.raises(ConfigError, match="--same-judge"):
        check_held_out(judge, [load_config(flags={"reviewers": 0}), load_config(flags=settings)])


def test_a_model_that_does_not_review_may_judge():
    check_held_out("openai:big", [load_config(flags={"models.default": "openai:small"})])
    check_held_out("openai:big", [load_config(flags={"models.default": "openai:big", "reviewers": 0})])


async def test_scores_are_by_tree_and_on_their_scales(played, tmp_path, serve):
    def reply(body):
        turns = body["messages"][1]["content"].count("</assistant>") or 9
        score = {"info": 3.5, "us": 4, "uf": 4, "fd": "N/A", "fl": 4, "fault": ""}
        return json.dumps(
            {
                "turns": [{"turn": number, **score} for number in range(1, turns + 1)],
                "overall": {"cs": 4, "co": 4, "ia": 4, "fault": ""},
            }
        )

    server = await serve(reply)
    config = load_config(flags={"models.judge": "openai:mock", "base_url": server.url})
    cells = list(SweepDirectory(played).runs())[:1]

    async with Judging(config, journal=tmp_path / "journal.sqlite") as judging:
        scores, ended = await judge_cells(cells, judging, lambda judged: None)

    assert ended is None
    (found,) = scores.values()
    assert set(found) <= {tree.id for tree in cells[0].directory.read_trees()}
    for figures in found.values():
        assert set(figures) == {measure.name for measure in KBENCH}
        assert figures["kbench_fd"] is None
        assert 0 <= (figures["kbench_cr"] or 0) <= 1


def test_agreement_is_told_with_its_interval_where_two_reviewers_scored():
    alike = {"d0": [[1.0, 1.0], [4.0, 4.0]], "d1": [[2.0, 2.0], [5.0, 5.0]]}
    apart = {"d0": [[1.0, 4.0], [4.0, 1.0]], "d1": [[2.0, 5.0], [5.0, 2.0]]}

    full, none = panel_agreements({"alike": alike, "alone": {"d0": []}, "apart": apart}, seed=0)

    assert (full.cell, full.drafts, full.alpha.mean) == ("alike", 4, 1.0)
    assert none.alpha.mean < 0
    assert none.alpha.low is not None
    assert none.alpha.low <= none.alpha.mean
