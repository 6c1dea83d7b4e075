"""What is compared: a row for each client and each way of setting it up."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers import environments
from benchmarks.peers.workload import CALLS_A_TURN

CLIENTS = Path(__file__).with_name("clients")


@dataclass(frozen=True)
class Job:
    """What a client is asked to do; `turns` of `CALLS_A_TURN` calls on each document."""

    url: str
    documents: Path
    count: int
    turns: int
    in_flight: int

    @property
    def calls(self) -> int:
        return self.turns * CALLS_A_TURN


@dataclass(frozen=True)
class Row:
    """A client run one way. `name` chooses it on the command line, `title` names it in the table."""

    name: str
    title: str
    client: str
    options: tuple[str, ...] = ()

    def command(self, job: Job, folder: Path) -> list[str]:
        """How to run it with its own interpreter, installed into `folder` when first needed."""
        python = environments.python_of(CLIENTS / f"{self.client}.py", folder)
        asked = ["--url", job.url, "--documents", str(job.documents), "--calls", str(job.calls)]
        module = f"benchmarks.peers.clients.{self.client}"
        return [str(python), "-m", module, *asked, "--in-flight", str(job.in_flight), *self.options]

    def wanted(self, job: Job) -> tuple[int, int]:
        """How many calls and dialogues it should make."""
        return job.count * job.calls, job.count

    def made(self, stats: dict[str, Any]) -> int:
        """How many calls of the workload it made, from what the server saw."""
        return stats["right"]

    def finished(self, folder: Path) -> int:
        """How many right dialogues a client held in its hands: the last line it printed."""
        last = (folder / "output.txt").read_text(errors="replace").strip().rpartition("\n")[2]
        return int(last) if last.isdigit() else 0


@dataclass(frozen=True)
class R2S(Row):
    """R2S writes prompts of its own, and may make other than two calls a turn: it is then given fewer documents."""

    calls_a_turn: int = CALLS_A_TURN

    def command(self, job: Job, folder: Path) -> list[str]:
        asked = [*self.options, "--set", f"turns={job.turns}", "--model", "openai:mock", "--base-url", job.url]
        asked += ["--limit", str(self.wanted(job)[1]), "--concurrency", str(job.in_flight)]
        python = environments.python_of_r2s(folder)
        return [str(python), "-m", "r2s", "run", str(job.documents), "-o", "run", *asked]

    def wanted(self, job: Job) -> tuple[int, int]:
        dialogues = max(1, job.count * CALLS_A_TURN // self.calls_a_turn)
        return dialogues * job.turns * self.calls_a_turn, dialogues

    def made(self, stats: dict[str, Any]) -> int:
        return stats["strange"]

    def finished(self, folder: Path) -> int:
        trees = (folder / "run" / "trees.jsonl").read_text(encoding="utf-8").splitlines()
        return sum(all(node["status"] == "kept" for node in json.loads(tree)["nodes"]) for tree in trees)


ROWS: tuple[Row, ...] = (
    Row("aiohttp", "aiohttp loop (the floor)", "aiohttp_loop"),
    Row("langgraph-aiohttp", "LangGraph, aiohttp in its nodes", "langgraph_loop", ("--transport", "aiohttp")),
    Row("langgraph-chat", "LangGraph, ChatOpenAI", "langgraph_loop", ("--transport", "chat")),
    Row(
        "langgraph-chat-tuned",
        "LangGraph, ChatOpenAI, tuned",
        "langgraph_loop",
        ("--transport", "chat", "--tuned"),
    ),
    Row(
        "langgraph-saver",
        "LangGraph, ChatOpenAI, AsyncSqliteSaver",
        "langgraph_loop",
        ("--transport", "chat", "--saver"),
    ),
    Row(
        "langgraph-saver-tuned",
        "LangGraph, ChatOpenAI, AsyncSqliteSaver, tuned",
        "langgraph_loop",
        ("--transport", "chat", "--saver", "--tuned"),
    ),
    Row("data-designer", "Data Designer", "data_designer"),
    Row("data-designer-tuned", "Data Designer, tuned", "data_designer", ("--tuned",)),
    Row("distilabel", "distilabel", "distilabel_pipeline"),
    Row("distilabel-tuned", "distilabel, tuned", "distilabel_pipeline", ("--tuned",)),
    Row("curator", "Curator", "curator_chain"),
    Row("curator-tuned", "Curator, tuned", "curator_chain", ("--tuned",)),
    R2S("r2s", "R2S (`self_chat`)", "", ("--config", "self-chat", "--set", "self_chat.sees_document=true")),
    R2S("r2s-cod", "R2S (`cod`, 3 calls a turn)", "", ("--config", "plain"), calls_a_turn=3),
)
