"""Losses equal to a slow, plain computation: one text at a time, one token at a time, in double precision."""

import math
from itertools import pairwise
from typing import Any

import pytest

from r2s.evaluation.contexts import GUESS, Contexts
from r2s.evaluation.difficulty import Difficulty, TurnLosses, figures_of, perplexity
from tests.evaluation.conftest import CHINESE, ENGLISH, talk

torch: Any = pytest.importorskip("torch")


def slow_loss(lm: Any, context: list[int], text: list[int]) -> float:
    """The mean over the tokens of a text of -log p(token | all before it), a pass for each."""
    losses = []
    for place, token in enumerate(text):
        with torch.no_grad():
            logits = lm._model(torch.tensor([[*context, *text[:place]]])).logits[0, -1].double()
        losses.append(-(logits[token] - torch.logsumexp(logits, 0)).item())
    return sum(losses) / len(losses)


@pytest.mark.parametrize(("said", "language"), [(ENGLISH, "en"), (CHINESE, "zh")])
@pytest.mark.parametrize("template", ["chat", "plain"])
def test_all_terms_of_a_dialogue_equal_the_slow_computation(lm, said, language, template) -> None:
    contexts = Contexts.of("tiny", lm.tokenizer, template)
    other = talk(["Why?", "Because the sea took it, and took it again, until nobody wanted to build there."])
    given = talk(said, language)

    (row, _) = Difficulty(lm, contexts).measure([given, other])

    for number, (question, answer) in enumerate(given.exchanges):
        turn = TurnLosses.model_validate(row["turns"][number])
        asked, answered = contexts.ids(question), contexts.ids(answer)
        history = contexts.before_answer(given.messages[: 2 * number + 1])
        guess = contexts.before_answer([{"role": "user", "content": GUESS[language].format(answer)}])
        slow = {
            "question": slow_loss(lm, [lm.start], asked),
            "answer": slow_loss(lm, [lm.start], answered),
            "answer_given": slow_loss(lm, [lm.start, *history], answered),
            "question_given": slow_loss(lm, [lm.start, *guess], asked),
        }
        for name, loss in slow.items():
            assert getattr(turn, name) == pytest.approx(loss, abs=1e-4), name
        assert (turn.question_tokens, turn.answer_tokens) == (len(asked), len(answered))
        ratio = math.exp(slow["answer_given"]) / math.exp(slow["answer"])
        assert turn.ifd_ppl == pytest.approx(ratio, abs=1e-4)
        assert turn.ifd_loss == pytest.approx(slow["answer_given"] / slow["answer"], abs=1e-4)
        assert turn.rifd == pytest.approx(math.exp(slow["question_given"] - slow["question"]), abs=1e-4)


def test_the_answers_of_a_dialogue_share_one_pass(lm) -> None:
    from r2s.evaluation.token_rows import rows_of

    contexts, said = Contexts.of("tiny", lm.tokenizer, "plain"), talk(ENGLISH)
    terms = [
        lm.term(contexts.before_answer(said.messages[: end - 1]), contexts.ids(said.messages[end - 1]["content"]))
        for end in (2, 4)
    ]

    (row,) = rows_of(terms, lm.longest)

    assert [list(row.ids[span.start : span.end]) for span in row.spans] == [list(term.text) for term in terms]


def test_the_template_writes_what_a_chat_model_reads_and_the_answer_follows_it(lm) -> None:
    contexts = Contexts.of("tiny", lm.tokenizer, None)
    messages = talk(ENGLISH).messages

    written = lm.tokenizer.decode(contexts.before_answer(messages[:3]))

    assert contexts.template == "chat"
    assert written.endswith("<|im_start|>user\nAnd why of granite?<|im_end|>\n<|im_start|>assistant\n")
    assert "It is 48 metres high.<|im_end|>" in written


def test_an_opening_token_of_the_template_is_not_put_twice(lm) -> None:
    assert lm.term([lm.start, 7, 8], [9, 10]).context == (lm.start, 7, 8)
    assert lm.term([7, 8], [9, 10]).context == (lm.start, 7, 8)
    assert lm.term([], [9, 10]).context == (lm.start,)


def test_what_would_be_cut_has_no_figure_and_one_token_neither(lm) -> None:
    long = "the sea took it " * 30
    contexts = Contexts.of("tiny", lm.tokenizer, "plain")
    given = talk(["Why?", "ok", long, "Softer stone was washed away."])
    assert len(contexts.ids("ok")) > 1

    (row,) = Difficulty(lm, contexts).measure([given])
    first, second = (TurnLosses.model_validate(turn) for turn in row["turns"])

    assert first.answer_given is not None
    assert (second.answer_given, second.question) == (None, None)
    assert second.answer is not None
    assert (second.ifd_ppl, second.ifd_loss, second.rifd) == (None, None, None)
    assert lm.losses([lm.term([], [5])]) == [None]


def test_figures_are_means_over_turns_and_of_ratios() -> None:
    turns = [
        TurnLosses(question_tokens=3, answer_tokens=5, question=1, answer=2, answer_given=1, question_given=0.5),
        TurnLosses(question_tokens=5, answer_tokens=7, question=1, answer=4, answer_given=3, question_given=None),
    ]

    figures = figures_of(turns)

    assert figures["question_tokens"] == 4
    assert figures["ifd"] == pytest.approx(math.exp(-1), abs=1e-6)
    assert figures["ifd_loss"] == pytest.approx((1 / 2 + 3 / 4) / 2)
    assert figures["rifd"] == pytest.approx(math.exp(-0.5), abs=1e-6)
    assert figures["answer_ppl"] == pytest.approx((math.exp(2) + math.exp(4)) / 2, abs=1e-5)
    assert figures_of([])["ifd"] is None
    assert perplexity(None) is None


def test_a_batch_that_the_memory_does_not_hold_is_tried_in_halves(lm, monkeypatch) -> None:
    terms = [lm.term([], [first, second, 5]) for first, second in pairwise(range(6, 16))]
    expected, whole, sizes = lm.losses(terms), lm._of_rows, []

    def scarce(rows):
        sizes.append(len(rows))
        if len(rows) > 2:
            raise torch.OutOfMemoryError("out of memory")
        return whole(rows)

    monkeypatch.setattr(lm, "_of_rows", scarce)
    monkeypatch.setattr(lm, "_batch_tokens", 200)

    assert lm.losses(terms) == pytest.approx(expected)
    assert sizes[0] > 2


def test_a_text_opens_with_the_models_own_token_where_it_has_one(tiny) -> None:
    transformers: Any = pytest.importorskip("transformers")

    from r2s.evaluation.likelihood import CausalLM

    model = transformers.AutoModelForCausalLM.from_pretrained(tiny)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny, bos_token="<|im_start|>")
    bare = transformers.AutoTokenizer.from_pretrained(tiny)

    with_start = CausalLM("tiny", tokenizer, model, batch_tokens=100)
    without = CausalLM("tiny", bare, model, batch_tokens=100, longest=9)

    assert with_start.start == tokenizer.bos_token_id != without.start
    assert without.start == bare.pad_token_id
    assert (with_start.longest, without.longest) == (256, 9)
    context = Contexts.of("tiny", tokenizer, "chat").before_answer(talk(ENGLISH).messages[:1])
    assert with_start.term(context, [9, 10]).context == tuple(context)


def test_a_folder_that_holds_no_model_is_an_endpoint_error(tmp_path) -> None:
    from r2s.errors import EndpointError
    from r2s.evaluation.likelihood import CausalLM

    (tmp_path / "config.json").write_text("{}", encoding="utf-8")

    with pytest.raises(EndpointError, match="cannot be loaded"):
        CausalLM.load(str(tmp_path))
