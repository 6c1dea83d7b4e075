"""One target under atheris until its time is over: `python -m tests.fuzz.process TARGET SECONDS FOLDER`."""

import sys
from pathlib import Path

import atheris  # pyright: ignore[reportMissingModuleSource] (an environment of its own has it: make fuzz)

with atheris.instrument_imports(include=["r2s"]):  # pyright: ignore[reportAttributeAccessIssue]
    from tests.fuzz.targets import check

from tests.fuzz.mutators import mutator
from tests.fuzz.seeds import inputs

# Seconds for one input, megabytes of the whole process, and bytes of one input.
LIMITS = ("-timeout=30", "-rss_limit_mb=3000", "-max_len=50000")


def main(target: str, seconds: str, out: Path) -> None:
    """Fuzz until the time is over or something is found, which ends the process with a status that is not 0."""
    corpus = out / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs()[target]):
        (corpus / f"seed-{number}").write_bytes(data)
    where = (str(corpus), f"-max_total_time={seconds}", f"-artifact_prefix={out}/found-")
    # Looked up late: atheris exchanges it when the fuzzing begins.
    change = mutator(lambda data, most: atheris.Mutate(data, most))
    atheris.Setup([sys.argv[0], *where, *LIMITS], lambda data: check(target, data), custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
