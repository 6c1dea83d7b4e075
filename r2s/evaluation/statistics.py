"""The statistics of a run or of a file of pairs: a line a talk in `dialogues.jsonl`, all together in `stats.json`.

Memory does not grow with the talks, but for the tags there are and for bounded samples of messages.
"""

import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import orjson

from r2s.documents.words import specific_words
from r2s.evaluation.diversity import Sample, diversity
from r2s.evaluation.embeddings import AUTO, open_encoder
from r2s.evaluation.figures import FigureReader
from r2s.evaluation.logic_mix import mix_figures, target_of
from r2s.evaluation.model_figures import answers_file, coherence_file, likelihood_file
from r2s.evaluation.properties import PROPERTIES, Bound, Figures
from r2s.evaluation.questions import HARDNESS, QUESTIONS
from r2s.evaluation.sources import Source
from r2s.evaluation.tags import TagRounds
from r2s.evaluation.talks import Talk
from r2s.evaluation.word_lists import WordList
from r2s.runs.directory import write_json
from r2s.runs.summary import Mean
from r2s.trees.node import LogicType

SCHEMA = "r2s.stats/1"
# Messages of each language and side that distinct-n, self-BLEU and embedding diversity look at.
SAMPLE = 1000
_BOUNDS = {bound.figure: bound for each in PROPERTIES for bound in (*each.by_rule, *each.by_judge)}


def dialogues_path(folder: Path) -> Path:
    """Where the lines of all talks are, and with them what export filters read."""
    return folder / "dialogues.jsonl"


class Statistics:
    """Adds up the figures of talks; `figures` gives them under the names that reports keep."""

    def __init__(self, sample: int = SAMPLE) -> None:
        self._means: defaultdict[str, Mean] = defaultdict(Mean)
        self._held: defaultdict[str, Mean] = defaultdict(Mean)
        self._languages, self._types, self._listed = Counter[str](), Counter[LogicType](), Counter[str]()
        self._hardness: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self._tags = {"words": TagRounds(), "judge": TagRounds()}
        self._unjudged: Counter[str] = Counter()
        self._samples: dict[tuple[str, str], Sample] = {}
        self._size = sample
        self.count = 0

    def add(self, talk: Talk, figures: Figures, reader: FigureReader) -> None:
        """Count one talk with its figures."""
        self.count += 1
        self._languages[talk.language] += 1
        for name, value in figures.items():
            if value is not None:
                self._means[name].add(value)
                if bound := _BOUNDS.get(name):
                    self._held[name].add(bound.holds(value))
        self._listed.update(reader.listed(talk))
        self._add_messages(talk)
        self._add_answers(reader.answers)
        if talk.dialogue:
            self._types.update(node.plan.type for node in talk.dialogue.path if node.plan)

    def _add_messages(self, talk: Talk) -> None:
        for message in talk.messages:
            key = talk.language, message["role"]
            self._samples.setdefault(key, Sample(self._size)).add(message["content"])
        for turn, exchange in enumerate(talk.exchanges, 1):
            self._tags["words"].add(turn, specific_words(exchange.question, talk.language))

    def _add_answers(self, answers: dict[str, dict[str, Any] | None]) -> None:
        self._unjudged.update(role for role, answer in answers.items() if answer is None)
        for turn in (answers.get("tagger") or {}).get("turns", ()):
            self._tags["judge"].add(turn["turn"], turn["tags"])
            if turn["difficulty"]:
                self._hardness[turn["turn"]][turn["difficulty"]] += 1

    def figures(self, target: dict[LogicType, float] | None, encoder: str = AUTO) -> dict[str, Any]:
        """Everything added up, ready for JSON. `means` holds every figure; a share or a ratio is a mean over talks."""
        return {
            "schema": SCHEMA,
            "talks": self.count,
            "languages": dict(sorted(self._languages.items())),
            "means": {name: {"mean": mean.value, "talks": mean.count} for name, mean in self._means.items()},
            "properties": [self._property(each.name, each.by_rule, each.by_judge) for each in PROPERTIES],
            "persona": self._persona(),
            "logic": mix_figures(self._types, target),
            "diversity": self._diversity(encoder),
            "new_tags": {by: _rounds(tags) for by, tags in self._tags.items() if tags.count},
            "difficulty": {str(turn): _shares(counts) for turn, counts in sorted(self._hardness.items())},
            "listed_words": dict(self._listed.most_common()),
            "unjudged": dict(self._unjudged),
        }

    def _property(self, name: str, by_rule: tuple[Bound, ...], by_judge: tuple[Bound, ...]) -> dict[str, Any]:
        return {
            "name": name,
            "by_rule": {bound.figure: self._kept(bound) for bound in by_rule},
            "by_judge": {bound.figure: self._kept(bound) for bound in by_judge},
        }

    def _kept(self, bound: Bound) -> dict[str, Any]:
        """The mean of a figure, and the share of talks in which it is as it should be."""
        most = None if bound.most == float("inf") else bound.most
        limits = {"least": bound.least, "most": most}
        return {**limits, "mean": self._mean(bound.figure), "held": self._held[bound.figure].value}

    def _persona(self) -> dict[str, float | None]:
        """Sums over all dialogues: user turns, and how many of them fail each check."""
        names = ("goal_lost", "knows_too_much", "slips", "lapses")
        judged = ("judged_knows_too_much", "judged_contradictions", "judged_slips")
        return {name: self._sum(name) for name in (*(f"persona_{name}" for name in names), *judged)}

    def _sum(self, name: str) -> float | None:
        return self._means[name].total if name in self._means and self._means[name].count else None

    def _mean(self, name: str) -> float | None:
        return self._means[name].value if name in self._means else None

    def _diversity(self, encoder: str) -> dict[str, Any]:
        return {
            f"{language} {role}": diversity(sample, language, open_encoder(encoder, language))
            for (language, role), sample in sorted(self._samples.items())
        }


def collect(
    source: Source, words: WordList | None = None, *, sample: int = SAMPLE, encoder: str = AUTO
) -> dict[str, Any]:
    """The figures of all talks, with whatever has been measured before; writes `dialogues.jsonl` and `stats.json`."""
    statistics, reader = Statistics(sample), FigureReader(source.folder, words)
    path = dialogues_path(source.folder)
    fresh = path.with_name(path.name + ".tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    with fresh.open("wb") as file:
        for talk in source.talks():
            figures = reader.figures(talk)
            statistics.add(talk, figures, reader)
            named = {**talk.key, "document": talk.document, "language": talk.language}
            file.write(orjson.dumps({**named, **figures}) + b"\n")
    os.replace(fresh, path)
    target = target_of(source.run.config) if source.run else None
    report = {**statistics.figures(target, encoder), "measured_by": _measured_by(source), "damaged": source.damaged[:]}
    write_json(source.folder / "stats.json", report)
    return report


def _measured_by(source: Source) -> dict[str, Any]:
    """What model, encoder and judge the dear figures are by, also those of an earlier measurement."""
    folder = source.folder
    likelihood, coherence = likelihood_file(folder).settings(), coherence_file(folder).settings()
    answers = {role: answers_file(folder, role).settings() for role in QUESTIONS}
    return {
        "lm": likelihood and {name: likelihood[name] for name in ("lm", "template", "longest")},
        "encoders": coherence and coherence["encoders"],
        "judges": {role: settings["judge"] for role, settings in answers.items() if settings},
    }


def _rounds(tags: TagRounds) -> dict[str, Any]:
    return {"tags": tags.count, "new": {str(turn): round(share, 4) for turn, share in tags.new_shares().items()}}


def _shares(counts: Counter[str]) -> dict[str, float]:
    return {name: round(counts[name] / counts.total(), 4) for name in HARDNESS}
