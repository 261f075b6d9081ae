"""The questions as a page for people."""

from __future__ import annotations

from collections.abc import Iterable

from kg.queries.files import Parameter, Question

__all__ = ["questions_markdown"]

_HEAD = """# Questions

Each of these is one file in `queries/sparql/`. Ask one with

```
spinekg query NAME --param name=value --param name=value
```

Techniques, conditions, outcomes and designs may be named by any synonym; `any` takes all of a kind.
A parameter may be given more than once.

How it is counted:

- In studies: two reports of one registered trial are one study.
- Better, no difference and worse are results between groups, from the side of the technique that the
  paper evaluates. `head-to-head` alone also reads findings from the other side.
- A study can stand in two columns, say better at 3 months and no difference at 12.
- Systematic reviews, guidelines and narrative reviews do not count as studies; where they matter they
  have a column or a row of their own.
- Retracted publications are left out, unless the question is about them.

This page is made from the files by `questions_markdown`; a test keeps it current.
"""


def questions_markdown(questions: Iterable[Question]) -> str:
    """Return the page ``docs/questions.md``: every question with its parameters and columns."""
    return "\n".join([_HEAD, *(_section(question) for question in questions)])


def _section(question: Question) -> str:
    lines = [f"## {question.name}", "", question.title, ""]
    if question.note:
        lines += [question.note, ""]
    if question.params:
        lines += ["| parameter | type | default | example | meaning |", "|---|---|---|---|---|"]
        lines += [_row(parameter) for parameter in question.params] + [""]
    lines += [f"Returns: {', '.join(f'`{column}`' for column in question.returns)}", ""]
    return "\n".join(lines)


def _row(parameter: Parameter) -> str:
    default = "(needed)" if parameter.required else f"`{parameter.default}`"
    return f"| `{parameter.name}` | {parameter.type} | {default} | `{parameter.example}` | {parameter.help} |"
