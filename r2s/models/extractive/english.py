"""English for the baseline."""

from r2s.models.extractive.moves import Move


class English:
    def moves(self, document, passage, transcript):
        text = document.passage_text(passage)
        n = len(transcript) // 2
        return [
            Move(t, f"What about point {n} and {t} regarding that?", (text,), ((passage.id, text),))
            for t in ("question-answer", "opinion-agreement", "statement-explanation")
        ]

    def answer(self, document, passages, said):
        return None

    def opening(self, goal, says):
        return f"{goal} {says}"

    def reason(self, weaknesses):
        return "best"

    def advice(self, mode):
        return mode

    def weakness(self, name):
        return name
