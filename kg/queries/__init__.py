"""Questions to the graph: one file each, asked by name with checked parameters.

``queries/sparql/NAME.rq`` is a SPARQL query that runs as it stands. Its header, the lines that begin
with ``#+``, is TOML: the question in plain words, its parameters and the columns it returns. A
parameter is a line ``VALUES ?name { default }``; asking with a value rewrites that line with a
serialised RDF term, never by pasting text.
"""

from __future__ import annotations

from kg.queries.asking import ask, bind
from kg.queries.files import Parameter, Question, load_questions, question, read_question
from kg.queries.listing import questions_markdown

__all__ = ["Parameter", "Question", "ask", "bind", "load_questions", "question", "questions_markdown", "read_question"]
