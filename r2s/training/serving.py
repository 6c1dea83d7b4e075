"""The command that serves a model: vLLM's OpenAI server, with what the model's folder says about it."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from r2s.errors import ConfigError
from r2s.models.local.circles import PROCESSOR
from r2s.training.tiny import TURN_START, chat_template

_SERVER = "vllm.entrypoints.openai.api_server"


@dataclass(frozen=True)
class Server:
    """A model on an address of this machine, under a name; `more` goes to vLLM as it is."""

    model: Path
    name: str
    host: str = "127.0.0.1"
    port: int = 8000
    more: Sequence[str] = ()

    @property
    def url(self) -> str:
        """The base address by which clients know it."""
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host
        return f"http://{host}:{self.port}/v1"

    @property
    def run_line(self) -> str:
        """How to have it write dialogues."""
        return f"r2s run DOCS -o RUN --method gllm --model openai:{self.name} --base-url {self.url}"

    def command(self) -> list[str]:
        """What to start; raises `ConfigError` where the folder holds no model."""
        straight = ["--logits-processors", PROCESSOR]
        return [sys.executable, "-m", _SERVER, *self._model(), *self._address(), *straight, *self.more]

    def _address(self) -> list[str]:
        return ["--host", self.host, "--port", str(self.port)]

    def _model(self) -> list[str]:
        """Weights under the name; of adapters, the base with these adapters under the name."""
        folder = self.model.expanduser()
        if (folder / "config.json").is_file():
            return ["--model", str(folder), "--served-model-name", self.name, *_template(folder)]
        if (folder / "adapter_config.json").is_file():
            adapters = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
            base, rank = adapters["base_model_name_or_path"], adapters["r"]
            lora = ["--enable-lora", "--max-lora-rank", str(rank), "--lora-modules", f"{self.name}={folder}"]
            return ["--model", base, *lora, "--tokenizer", str(folder), *_template(folder)]
        raise ConfigError(f"{folder} holds no model (it has no config.json); r2s train makes one")


def _template(folder: Path) -> list[str]:
    """The template with which a model was trained; one without any is given ours where it knows its tokens."""
    own = folder / "chat_template.jinja"
    if own.is_file():
        return ["--chat-template", str(own)]
    if _says(folder / "tokenizer_config.json", '"chat_template"'):
        return []
    if _says(folder / "tokenizer.json", TURN_START):
        return ["--chat-template", chat_template()]
    raise ConfigError(
        f"{folder} has no chat template, so it cannot talk: put one there as chat_template.jinja, or train it"
    )


def _says(file: Path, words: str) -> bool:
    return file.is_file() and words in file.read_text(encoding="utf-8")
