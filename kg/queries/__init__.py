"""Questions to the graph: asked by name with checked parameters, in SPARQL or in Cypher, with the same answer.

``queries/sparql/NAME.rq`` is a SPARQL query that runs as it stands. Its header, the lines that begin
with ``#+``, is TOML: the question in plain words, its parameters and the columns it returns. A
parameter is a line ``VALUES ?name { default }``; asking with a value rewrites that line with a
serialised RDF term, never by pasting text. ``queries/cypher/NAME.cypher`` is its twin: the same
question to a property graph, with ``$name`` for each parameter.
"""

from __future__ import annotations

from kg.queries.asking import CypherStore, ask, bind, parameters
from kg.queries.files import Parameter, Question, load_questions, question, read_question
from kg.queries.listing import questions_markdown

__all__ = [
    "CypherStore",
    "Parameter",
    "Question",
    "ask",
    "bind",
    "load_questions",
    "parameters",
    "question",
    "questions_markdown",
    "read_question",
]
