"""Which tokens the loss counts on: checked one by one, in English and Chinese, for every template that is known."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl", reason="the extra `train` is not installed")

import trl  # pyright: ignore[reportMissingImports]

from r2s.errors import ConfigError
from r2s.training.encoding import IGNORED, Encoded, Encoder
from r2s.training.templates import template_for

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.xdist_group("training")]

ENGLISH = [
    {"role": "user", "content": "How high is the tower?"},
    {"role": "assistant", "content": "It is 48 metres high.\nThat is 151 steps."},
    {"role": "user", "content": "And how old?"},
    {"role": "assistant", "content": "Built in 1844."},
]
CHINESE = [
    {"role": "system", "content": "你是向导。"},
    {"role": "user", "content": "灯塔有多高？"},
    {"role": "assistant", "content": "塔身高48米，内部有151级台阶。"},
    {"role": "user", "content": "何时建成？"},
    {"role": "assistant", "content": "1844年😀"},
    {"role": "user", "content": "谢谢。"},
    {"role": "assistant", "content": "不客气！"},
]
# Templates of models that see pictures take lists of parts, and a diffusion model does not write word by word.
OTHER_KINDS = ("idefics3", "llava_next", "smolvlm", "diffusion_gemma")
# What templates count as the assistant's beside its words: marks, roles and channels, an empty thought; at the end, marks.
OPENING = r"(?:<[^<>]*>|assistant|final| to=user|\s)*"
ENDING = r"(?:<[^<>]*>|\s)+"
FOLDER = Path(str(trl.__file__)).parent / "chat_templates"
KNOWN = sorted(
    file.name.removesuffix("_training.jinja")
    for file in FOLDER.glob("*_training.jinja")
    if not file.name.startswith(OTHER_KINDS)
)


def row(messages: list[dict[str, str]], *train: int) -> dict[str, Any]:
    replies = [index for index, message in enumerate(messages) if message["role"] == "assistant"]
    return {"messages": messages, "meta": {"train": list(train) or replies}}


def by_hand(tokenizer: Any, messages: list[dict[str, str]], train: list[int]) -> Encoded:
    """The same put together piece by piece: special tokens are borders that no token crosses."""
    tokens, labels = [], []
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": "You are a helpful assistant."}, *messages]
        train = [index + 1 for index in train]
    for index, message in enumerate(messages):
        header = tokenizer.encode(f"<|im_start|>{message['role']}\n")
        said = tokenizer.encode(f"{message['content']}<|im_end|>")
        tail = tokenizer.encode("\n")
        tokens += header + said + tail
        labels += [IGNORED] * len(header) + (said if index in train else [IGNORED] * len(said)) + [IGNORED] * len(tail)
    return Encoded(tokens, labels)


@pytest.mark.parametrize(
    ("messages", "train"),
    [
        pytest.param(ENGLISH, [1, 3], id="English"),
        pytest.param(ENGLISH, [3], id="English, the first reply learned elsewhere"),
        pytest.param(CHINESE, [2, 4, 6], id="Chinese"),
        pytest.param(CHINESE, [4], id="Chinese, one reply"),
    ],
)
def test_every_token_has_the_label_that_it_has_by_hand(
    tokenizer: Any, messages: list[dict[str, str]], train: list[int]
) -> None:
    encoder = Encoder(tokenizer, template_for(tokenizer))

    encoded = encoder.encode(row(messages, *train))

    assert encoded == by_hand(tokenizer, messages, train)


def test_a_row_that_names_no_replies_is_learned_from_its_last_message(tokenizer: Any) -> None:
    encoder = Encoder(tokenizer, template_for(tokenizer))

    encoded = encoder.encode({"messages": ENGLISH, "meta": {"doc_id": "d"}})

    assert encoded == by_hand(tokenizer, ENGLISH, [3])


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize("messages", [ENGLISH, CHINESE[1:]], ids=["English", "Chinese"])
def test_a_known_template_labels_every_token_of_each_reply_and_its_end_and_nothing_else(
    tokenizer: Any, name: str, messages: list[dict[str, str]]
) -> None:
    text = (FOLDER / f"{name}.jinja").read_text(encoding="utf-8")
    # The models' own tokenizers know the marks in their templates as special tokens.
    marks = {*re.findall(r"<[|｜]?[\w▁ ]+[|｜]?>|\[/?[A-Z_]+\]", text)}
    tokenizer.add_special_tokens({"additional_special_tokens": sorted(marks), "bos_token": "<bos>"})
    tokenizer.chat_template = text

    encoded = Encoder(tokenizer, template_for(tokenizer)).encode(row(messages))

    said = [message["content"] for message in messages if message["role"] == "assistant"]
    spans = list(labelled(encoded))
    assert len(spans) == len(said)
    for span, reply in zip(spans, said, strict=True):
        # Tokens say their text byte by byte, so that the text tells of every token whether it is labelled.
        assert re.fullmatch(f"{OPENING}{re.escape(reply)}{ENDING}", tokenizer.decode(span))
        assert ends_with_a_mark(tokenizer, span)


def labelled(encoded: Encoded) -> Iterator[list[int]]:
    """The runs of tokens that have labels; a label is its token."""
    run: list[int] = []
    for token, label in zip([*encoded.tokens, 0], [*encoded.labels, IGNORED], strict=True):
        if label == IGNORED:
            if run:
                yield run
            run = []
        else:
            assert label == token
            run.append(token)


def ends_with_a_mark(tokenizer: Any, span: list[int]) -> bool:
    last = next(token for token in reversed(span) if tokenizer.decode([token]).strip())
    return last in tokenizer.get_added_vocab().values()


def test_a_template_that_marks_some_replies_only_is_refused(tokenizer: Any) -> None:
    template = template_for(tokenizer)
    last_alone = template.training.replace("message['role'] == 'assistant'", "loop.last", 1)

    with pytest.raises(ConfigError, match="marks 1 replies of 2"):
        Encoder(tokenizer, template._replace(training=last_alone)).encode(row(ENGLISH))


def test_a_template_that_takes_no_system_message_is_told(tokenizer: Any) -> None:
    strict = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    template = template_for(tokenizer)

    with pytest.raises(ConfigError, match=r"does not take messages of system, user, assistant: no system role"):
        Encoder(tokenizer, template._replace(training=strict + template.training)).encode(row(CHINESE))
