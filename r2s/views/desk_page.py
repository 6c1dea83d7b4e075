"""The page of a run's desk: what people are asked, with a form for each answer, and how the run is held up."""

from collections.abc import Mapping
from typing import Any

from r2s.models.desk.form import form_of
from r2s.models.desk.question import Question
from r2s.views.inlining import Look, data_element, fill_page, generator
from r2s.views.questions import heading, pieces

STYLES = ("tokens.css", "layout.css", "index.css", "served.css", "markdown.css", "desk.css")
SCRIPTS = ("elements.js", "text.js", "memory.js", "asking.js", "form.js", "markdown.js", "question.js", "desk.js")
SERVED = Look("desk.html", STYLES, SCRIPTS, is_served=True)


def desk_page(run: Mapping[str, Any], served: Mapping[str, Any]) -> str:
    """The page; what is open is asked of the server."""
    data = data_element({"generator": generator(), "run": run, "served": served})
    return fill_page(SERVED, title=f"Desk of {run.get('run') or 'a run'} · R2S", lang="en", data=data)


def listed(question: Question) -> dict[str, Any]:
    """A question as the list has it."""
    names = {"key", "to", "model", "role", "speaker", "turn", "document", "title", "asked"}
    return {**question.model_dump(include=names), "again": bool(question.faults)}


def shown(question: Question) -> dict[str, Any]:
    """A question as it is put: its text in pieces, and the form of its answer."""
    told = question.model_dump(mode="json", include={"instructions", "material", "standing", "transcript", "faults"})
    moment = [{"title": title, "text": text} for title, text in pieces(question.moment) if text]
    form = [field.model_dump(mode="json") for field in form_of(question)]
    head = {"heading": heading(question), "language": question.language}
    return {**listed(question), **told, **head, "moment": moment, "form": form}
