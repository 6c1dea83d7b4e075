"""The steps of a loop in their order, from its settings."""

from collections.abc import Iterator

from r2s.experiments.loop.settings import LoopSettings
from r2s.experiments.loop.step import Step, export_step, run_step, scores_step, train_step

STAGES = {
    "documents": "the documents, parted into those that are learnt and those that are held out",
    "teacher": "the teacher's dialogues: about the learnt ones with and without chain of logic, and about the others",
    "export": "what the generators learn, as data sets",
    "train": "GLLM, and a generator that learns the direct dialogues from as many tokens",
    "generate": "both generators' dialogues about the documents that were held out",
    "evaluate": "K-BENCH of the teacher and of both generators",
    "dialogue": "a dialogue model from the dialogues of each of the three",
    "talk": "a simulated user with each dialogue model, and K-BENCH of that (table 5)",
    "report": "report.md and report.json",
}
DOCUMENTS, REPORT = "documents", "report"
LEARNT, HELD_OUT = "documents/learnt.jsonl", "documents/held-out.jsonl"
TEACHER, TEACHER_DIRECT, TEACHER_HELD_OUT = "teacher/cod", "teacher/direct", "teacher/held-out"
GLLM, DIRECT = "train/gllm", "train/direct"
SCORES, TALK_SCORES = "evaluate/scores.json", "talk/scores.json"
# Whose dialogues about the held-out documents are compared, and learnt by a dialogue model.
SOURCES = {"teacher": TEACHER_HELD_OUT, "gllm": "generate/gllm", "direct": "generate/direct"}
TALKS = {source: f"talk/{source}" for source in SOURCES}
NO_JUDGE = "none"


def steps_of(settings: LoopSettings) -> list[Step]:
    """All steps that are commands; documents before them and the report after them are made by the loop itself."""
    return [*_teaching(settings), *_generating(settings), *_talking(settings)]


def _teaching(settings: LoopSettings) -> Iterator[Step]:
    yield run_step(TEACHER, LEARNT, settings.teacher_run)
    yield run_step(TEACHER_DIRECT, LEARNT, settings.direct_run)
    yield run_step(TEACHER_HELD_OUT, HELD_OUT, settings.teacher_run)
    yield export_step("export/gllm.jsonl", TEACHER, settings.gllm_training)
    yield export_step("export/direct.jsonl", TEACHER_DIRECT, settings.direct_training)


def _generating(settings: LoopSettings) -> Iterator[Step]:
    base, launch, config = settings.base, settings.launch, settings.generator_run
    yield train_step(GLLM, TEACHER, base, settings.gllm_training, launch=launch)
    yield train_step(DIRECT, TEACHER_DIRECT, base, settings.direct_training, launch=launch, like=GLLM)
    for source, model in (("gllm", GLLM), ("direct", DIRECT)):
        yield run_step(SOURCES[source], HELD_OUT, config, model=("gllm", f"{settings.engine}:{model}"))
    yield _scores(settings, SCORES, tuple(SOURCES.values()))


def _talking(settings: LoopSettings) -> Iterator[Step]:
    for source, run in SOURCES.items():
        training = settings.dialogue_training
        yield train_step(f"dialogue/{source}", run, settings.base, training, launch=settings.launch, wants=run)
    for source, name in TALKS.items():
        model = ("answerer", f"{settings.engine}:dialogue/{source}")
        yield run_step(name, HELD_OUT, settings.talk_run, model=model)
    yield _scores(settings, TALK_SCORES, tuple(TALKS.values()))


def _scores(settings: LoopSettings, name: str, runs: tuple[str, ...]) -> Step:
    return scores_step(name, runs, settings.teacher_run, settings.judge or NO_JUDGE, settings.encoder)
