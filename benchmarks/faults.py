"""What goes wrong at a server costs a run time and nothing else: faults of every kind, then a server that is gone.

    .venv/bin/python -m benchmarks.faults            # about four minutes

100 documents with `cod_review`. In the first run the mock server draws faults by chance, and what `metrics.json` counts
is put beside what the server did. In the second the server is killed in the middle and comes back after a minute. What
refusals do to the speed of a run is in `benchmarks/limiter.py`.
"""

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.baseline import write_documents
from benchmarks.processes import Finished, ServerProcess, run
from benchmarks.promises import Promises

FAULTS = {"429": 0.05, "500": 0.03, "reset": 0.02, "hang": 0.02, "broken": 0.05, "empty": 0.02, "cut": 0.02}
COUNTED_AS = {
    "retries_429": ("429",),
    "retries_5xx": ("500",),
    "resets": ("reset",),
    "timeouts": ("hang",),
    "unreadable": ("broken", "empty", "cut"),
}
SERVER = ("--latency", "0.1", "--jitter", "0.5")
OPTIONS = ("--method", "cod_review", "--turns", "8", "--concurrency", "64")
# Long beside a reply, so that only those time out that never come.
TIME_OUT = ("--set", "limits.timeout=10")
# The server goes away after so many requests a document, about the middle.
BEFORE_OUTAGE = 28


def main() -> None:
    """Print what was done and counted in both runs, then the promises."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--documents", type=int, default=100)
    arguments.add_argument("--outage", type=float, default=60.0, help="seconds")
    given = arguments.parse_args()
    promises = Promises()
    with tempfile.TemporaryDirectory() as folder:
        docs = write_documents(Path(folder) / "docs.jsonl", "en", given.documents)
        _faults(docs, Path(folder), given.documents, promises)
        _outage(docs, Path(folder), given, promises)
    promises.exit()


def _faults(docs: Path, folder: Path, documents: int, promises: Promises) -> None:
    shares = ",".join(f"{name}={share}" for name, share in FAULTS.items())
    with ServerProcess(*SERVER, "--faults", shares) as server:
        done = run(docs, folder / "faults", server.url, *OPTIONS, *TIME_OUT)
        seen = server.stats()
    print("| fault | of requests | the server did | `metrics.json` counted | as |")
    print("|---|---|---|---|---|")
    for counter, faults in COUNTED_AS.items():
        share, did = sum(FAULTS[fault] for fault in faults), _did(seen, faults)
        print(f"| {', '.join(faults)} | {share:.0%} | {did} | {done.endpoint[counter]} | `{counter}` |")
    print()
    whole = done.figures["documents"]["trees"] if "failed_turn" not in done.figures["stops"] else 0
    promises.check(f"{whole} of {documents} dialogues complete, in {done.seconds:.0f} s", whole == documents)
    counts = {counter: _did(seen, faults) for counter, faults in COUNTED_AS.items()}
    promises.check("every fault is counted once", all(done.endpoint[name] == count for name, count in counts.items()))
    print()


def _did(seen: dict[str, Any], faults: tuple[str, ...]) -> int:
    return sum(seen["by_status"].get(fault, 0) for fault in faults)


def _outage(docs: Path, folder: Path, given: argparse.Namespace, promises: Promises) -> None:
    with ServerProcess(*SERVER) as server:
        calm = run(docs, folder / "calm", server.url, *OPTIONS)
    cut = _cut(docs, folder / "cut", BEFORE_OUTAGE * given.documents, given.outage)
    print("| run | seconds | circuit opened | found nobody | probes |")
    print("|---|---|---|---|---|")
    for what, done in (("undisturbed", calm), (f"server gone for {given.outage:.0f} s", cut)):
        opened, nobody, probes = (done.endpoint[name] for name in ("circuit_opened", "resets", "probes"))
        print(f"| {what} | {done.seconds:.0f} | {opened} | {nobody} | {probes} |")
    print()
    promises.check("the run waits and ends well, in the bytes of the undisturbed one", cut.files == calm.files)
    promises.check("it knocks at the door instead of storming it", 0 < cut.endpoint["probes"] <= given.outage)


def _cut(docs: Path, out: Path, requests: int, outage: float) -> Finished:
    """A run whose server is killed after so many requests, and is another one at the same address later."""
    with ThreadPoolExecutor() as pool, ServerProcess(*SERVER) as first:
        running = pool.submit(run, docs, out, first.url, *OPTIONS)
        while first.stats()["requests"] < requests and not running.done():
            time.sleep(0.1)
        first.close()
        time.sleep(outage)
        port = first.url.removesuffix("/v1").rpartition(":")[2]
        with ServerProcess(*SERVER, "--port", port):
            return running.result()


if __name__ == "__main__":
    main()
