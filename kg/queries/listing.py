"""The questions as a page for people, each with what it answers on the bundled sample."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping

from kg.queries.files import Parameter, Question
from kg.stores import Cell, Table

__all__ = ["example_params", "questions_markdown"]

ROWS = 5
"""How many rows of an example are shown."""

WIDTH = 70
"""How long a cell of an example may be."""

_HEAD = """# Questions

Each of these is there twice: in SPARQL for the RDF graph, `queries/sparql/NAME.rq`, and in Cypher for the property
graph, `queries/cypher/NAME.cypher`. Both give the same table. Ask one with

```
spinekg query NAME --param name=value --param name=value
spinekg query NAME --param name=value --engine cypher
NEO4J_URI=bolt://localhost:7687 spinekg query NAME --param name=value --engine neo4j
```

Techniques, conditions, outcomes and designs may be named by any synonym; `any` takes all of a kind.
A parameter may be given more than once, those that count from a number or a date excepted.

How it is counted:

- In studies: two reports of one registered trial are one study.
- Better, no difference and worse are results between groups, from the side of the technique that the
  paper evaluates. `head-to-head` alone also reads findings from the other side.
- A study can stand in two columns, say better at 3 months and no difference at 12.
- Systematic reviews, guidelines and narrative reviews do not count as studies; where they matter they
  have a column or a row of their own.
- Retracted publications are left out, unless the question is about them.

What a value becomes, for those who run a file themselves:

| type | in SPARQL, in the line `VALUES ?name { … }` | in Cypher, as `$name` |
|---|---|---|
| concept:procedure, concept:indication, concept:outcome, concept:comparator-class, design | one IRI or several; the scheme for any, such as `ev:procedures` | a list of IRIs as strings |
| axis | one scheme or several, such as `ev:axis-guidance` | a list of IRIs as strings |
| concept:follow-up | a scheme or a band, such as `band:asipp` | a list of bands, `[{band: 'asipp-short', first: 0, last: 189}]`, days included |
| direction, basis | words of the vocabulary, such as `ev:better` | a list of words, `['better']`; all of them for any |
| pmid, text | IRIs of publications, strings | a list of strings |
| year, days, integer | one integer | one integer |
| number | one decimal | one float |
| date | one `xsd:date` | one string, `'2024-03-31'` |

The examples are answers on the sample that comes with spinekg. THE SAMPLE IS INVENTED: no study in it is real.

This page is made from the files by `make docs`; a test keeps it current.
"""


def example_params(question: Question) -> dict[str, str]:
    """Return the example value of every parameter of a question."""
    return {parameter.name: parameter.example for parameter in question.params}


def questions_markdown(questions: Iterable[Question], answers: Mapping[str, Table]) -> str:
    """Return the page ``docs/questions.md``; ``answers`` are those to each question's examples, by its name."""
    return "\n".join([_HEAD, *(_section(question, answers[question.name]) for question in questions)])


def _section(question: Question, answer: Table) -> str:
    name = question.name
    lines = [f"## {name}", "", f"**{question.title}**", ""]
    if question.note:
        lines += [question.note, ""]
    lines += [f"In [SPARQL](../queries/sparql/{name}.rq) and in [Cypher](../queries/cypher/{name}.cypher).", ""]
    if question.params:
        lines += ["| parameter | type | default | example | meaning |", "|---|---|---|---|---|"]
        lines += [_row(parameter) for parameter in question.params] + [""]
    return "\n".join([*lines, *_example(question, answer)])


def _row(parameter: Parameter) -> str:
    default = "(needed)" if parameter.required else f"`{parameter.default}`"
    return f"| `{parameter.name}` | {parameter.type} | {default} | `{parameter.example}` | {parameter.help} |"


def _example(question: Question, answer: Table) -> list[str]:
    given = [f"--param {shlex.quote(f'{name}={value}')}" for name, value in example_params(question).items()]
    lines = [f"`{' '.join(['spinekg query', question.name, *given])}`", ""]
    lines += [f"| {' | '.join(answer.columns)} |", "|---" * len(answer.columns) + "|"]
    lines += [f"| {' | '.join(map(_cell, row))} |" for row in answer.rows[:ROWS]]
    more = len(answer.rows) - ROWS
    ends = {True: "No rows on the sample.", False: f"… and {more} more {'row' if more == 1 else 'rows'}."}
    return lines + (["", ends[not answer.rows]] if more > 0 or not answer.rows else []) + [""]


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    text = str(cell).lower() if isinstance(cell, bool) else str(cell)
    text = " ".join(text.replace("|", "\\|").split())
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1].rstrip()}…"
