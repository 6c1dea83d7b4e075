"""The report of a loop: how GLLM stands beside its teacher, and what the dialogue models have learnt from each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from r2s.evaluation.embeddings import LEXICAL
from r2s.evaluation.kbench.published import rows_named
from r2s.experiments.loop.figures import LoopFigures, Row, mean_columns
from r2s.experiments.loop.plan import SOURCES, TALKS
from r2s.experiments.reports.blocks import Block, Commands, Grid, Heading, Paragraph
from r2s.experiments.reports.markdown import markdown
from r2s.experiments.reports.numbers import NONE
from r2s.models.names import BASELINE
from r2s.runs.directory import write_json, write_text
from r2s.training.settings import TINY

NAMES = {"teacher": "teacher", "gllm": "GLLM (learnt with logic)", "direct": "Direct-trained generator"}
KBENCH = ("Info", "US", "UF", "FD", "FL", "CS", "CO", "IA", "CR", "Avg.", "Evidence")
_SHARES = {
    "dialogues": "documents with a dialogue",
    "well_formed": "first replies well-formed",
    "word_for_word": "quotes verified word for word",
    "grounded": "grounded replies",
    "coverage": "coverage",
    "turns": "turns",
    "distinct": "distinct turns",
    "distinct_users": "distinct user messages",
}
_TALK_SHARES = ("dialogues", "turns", "distinct", "distinct_users")


def write_report(figures: LoopFigures) -> None:
    """Write report.json and report.md."""
    write_json(figures.directory.at("report.json"), figures.as_json())
    write_text(figures.directory.at("report.md"), markdown(contents(figures)))


def contents(figures: LoopFigures) -> Iterator[Block]:
    """The report in its parts."""
    yield Heading("From documents to a dialogue model", 1)
    yield Paragraph(_setting(figures))
    yield from (Paragraph(text, is_notice=True) for text in _notices(figures))
    yield Heading("Generators, on documents that neither has learnt")
    yield _kbench("dialogues by", figures.generators)
    yield _shares(figures.generators, tuple(_SHARES))
    yield Paragraph(_MEANING)
    if figures.dialogue_models:
        yield Heading("Dialogue models (table 5)")
        yield Paragraph(_talk(figures))
        yield _table5(figures)
        yield _shares(figures.dialogue_models, _TALK_SHARES)
    yield Heading("Trainings")
    yield _trainings(figures.trainings)
    yield Heading("How to look on")
    yield Commands([f"r2s {verb} {figures.directory.at(run)}" for verb, run in _looks()])


_MEANING = (
    "CR is the share of a document that its dialogue conveys, Evidence and coverage the share that its quotes span. A"
    " first reply is well-formed where it is one JSON object of the form that was learnt and ended by itself, before"
    " anything is repaired or asked again. A reply is grounded where it stands on a verified quote; a Direct-trained"
    " generator has learnt to quote nothing. A turn is distinct where nothing in it was said before."
)
_TALK = (
    "One dialogue model was trained on the dialogues of each generator about the held-out documents. It then talks with"
    " a simulated user ({simulator}), the same to all, about these documents, {seen}."
)


def _talk(figures: LoopFigures) -> str:
    run = figures.settings.talk_run
    seen = "which its prompt holds" if run.self_chat.sees_document else "none of which it is shown"
    return _TALK.format(simulator=run.model_for("asker"), seen=seen)


def _setting(figures: LoopFigures) -> str:
    settings, count = figures.settings, figures.documents
    return (
        f"{count['learnt']} documents to learn from and {count['held_out']} held out. The teacher is {figures.teacher},"
        f" by the method {settings.teacher_run.method}. All models were trained from {settings.base}, and played by"
        f" {settings.engine}. The judge is {settings.judge or 'nobody'}."
    )


def _notices(figures: LoopFigures) -> Iterator[str]:
    settings = figures.settings
    if BASELINE in figures.teacher:
        yield (
            f"The teacher is R2S's built-in baseline ({BASELINE}), which is no language model. What learns from it can"
            " at best recite as it does."
        )
    if settings.base == TINY:
        yield "The models are tiny and were made on the spot: they show that the loop closes, and are of no other use."
    if settings.judge is None:
        yield (
            "Nobody judged: the columns Info to IA and Avg. are left out. CR, Evidence and the second tables need no"
            " judge. Name one with --judge openai:NAME; only what is missing is then done."
        )
    if settings.encoder == LEXICAL:
        yield (
            "CR is lexical: it counts pairs of signs, which a long reply of any words has too. Where few replies are"
            " grounded it says little; --set encoder=auto measures by sentence embeddings."
        )
    if settings.judge == BASELINE:
        yield f"The judge ({BASELINE}) is no language model: it counts words and judges nothing."
    for source in SOURCES:
        if figures.generators.get(source, {}).get("dialogues") == 0.0:
            yield f"{NAMES[source]}: no dialogue came of any held-out document, so nothing learnt from it."


def _kbench(head: str, rows: Mapping[str, Row]) -> Grid:
    return Grid((head, *KBENCH), [(NAMES[name], *_columns(row)) for name, row in rows.items()])


def _columns(row: Row) -> list[str]:
    found = [NONE if cell is None else cell for cell in mean_columns(row)]
    return found or [NONE] * len(KBENCH)


def _shares(rows: Mapping[str, Row], columns: Sequence[str]) -> Grid:
    head = ("", *(_SHARES[name] for name in columns))
    return Grid(head, [(NAMES[name], *(_cell(row, column) for column in columns)) for name, row in rows.items()])


def _cell(row: Row, column: str) -> str:
    value = row.get(column)
    if value is None:
        return NONE
    return f"{value:.1f}" if column == "turns" else f"{100 * value:.1f} %"


def _table5(figures: LoopFigures) -> Grid:
    """Our rows, then the paper's: method, whose dialogues, what was trained on them, figures."""
    base = figures.settings.base
    ours = [
        ("Direct" if source == "direct" else "CoD", NAMES[source], base, *_columns(figures.dialogue_models[source]))
        for source in TALKS
        if source in figures.dialogue_models
    ]
    paper = [
        (
            f"{row.method}, {row.documents}",
            row.generator,
            row.finetuned,
            *map(str, row.values.values()),
            str(row.avg),
            NONE,
        )
        for row in rows_named("finetuned")
    ]
    marked = [(f"paper: {method}", *rest) for method, *rest in paper]
    return Grid(("method", "dialogues by", "trained", *KBENCH), [*ours, *marked], names=3)


def _trainings(rows: Mapping[str, Row]) -> Grid:
    head = ("model", "rows", "tokens", "epochs", "tokens read", "updates", "rows an update", "first loss", "last loss")
    keys = ("rows", "tokens", "epochs", "tokens_read", "updates", "batch", "first_loss", "last_loss")
    return Grid(head, [(name, *(_number(row.get(key)) for key in keys)) for name, row in rows.items()])


def _number(value: Any) -> str:
    if value is None:
        return NONE
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"


def _looks() -> Iterator[tuple[str, str]]:
    yield from (("show", run) for run in SOURCES.values())
    yield "view", SOURCES["gllm"]
