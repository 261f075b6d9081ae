"""The list that ``spinekg query --list`` prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kg.cli.options import Format
from kg.cli.tables import table_text

if TYPE_CHECKING:
    from kg.queries import Parameter, Question

__all__ = ["question_list"]


def question_list(form: Format) -> str:
    """Return the shipped questions: a table for people, all that is known of them as JSON."""
    from kg.queries import load_questions

    questions = load_questions()
    if form is Format.json:
        return json.dumps([_facts(each) for each in questions], ensure_ascii=False, indent=2) + "\n"
    rows = [(each.name, each.title, ", ".join(map(_short, each.params))) for each in questions]
    return table_text(("name", "question", "parameters"), rows, form)


def _short(parameter: Parameter) -> str:
    return f"{parameter.name} (needed)" if parameter.required else f"{parameter.name}={parameter.default}"


def _facts(question: Question) -> dict[str, object]:
    names = ("name", "type", "help", "required", "default", "example")
    return {
        "name": question.name,
        "title": question.title,
        "note": question.note,
        "parameters": [{name: getattr(each, name) for name in names} for each in question.params],
        "columns": list(question.returns),
    }
