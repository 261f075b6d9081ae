"""The questions as a gallery of SPARQL examples: one Turtle file each, in the layout of SIB's sparql-examples.

That layout is SHACL's ``sh:SPARQLExecutable`` with a comment, the query, keywords and the end point
it is for, so that editors and catalogues that read it can show the questions. A query stands there
with its defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from kg.identity import BASE
from kg.queries.files import Question

__all__ = ["TARGET", "gallery"]

#: The end point the examples are for, until somebody who serves the graph names theirs.
TARGET = f"{BASE}sparql"

_EXAMPLES = f"{BASE}.well-known/sparql-examples/"
_PREFIX = re.compile(r"^PREFIX (\w+): <([^>]+)>$", re.MULTILINE)
_HEADER = re.compile(r"\A(#\+[^\n]*\n)+")
_FILE = """\
@prefix ex: <{examples}> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

ex:{name} a sh:SPARQLExecutable , sh:SPARQLSelectExecutable ;
    rdfs:label {title}@en ;
    rdfs:comment {comment}^^rdf:HTML ;
    sh:prefixes _:sparql_examples_prefixes ;
    sh:select {select} ;
    schema:keywords {keywords} ;
    schema:target <{target}> .
"""
_PREFIXES = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

_:sparql_examples_prefixes a owl:Ontology ;
    rdf:type owl:Thing{declared} .
"""
_DECLARED = ' ;\n    sh:declare [ sh:prefix "{prefix}" ; sh:namespace "{namespace}"^^xsd:anyURI ]'


def gallery(questions: Iterable[Question], target: str = TARGET) -> dict[str, str]:
    """Return the files of the gallery by name: ``prefixes.ttl`` and ``NAME.ttl`` for every question.

    ``target`` is the IRI of the SPARQL end point that the examples are for.
    """
    asked = list(questions)
    prefixes = {found[1]: found[2] for question in asked for found in _PREFIX.finditer(question.sparql)}
    declared = "".join(_DECLARED.format(prefix=name, namespace=prefixes[name]) for name in sorted(prefixes))
    files = {"prefixes.ttl": _PREFIXES.format(declared=declared)}
    return files | {f"{question.name}.ttl": _example(question, target) for question in asked}


def _example(question: Question, target: str) -> str:
    comment = escape(question.title, quote=False)
    if question.note:
        comment += f"<br/>{escape(question.note, quote=False)}"
    return _FILE.format(
        examples=_EXAMPLES,
        name=question.name,
        title=_quoted(question.title),
        comment=_quoted(comment),
        select=_quoted(_HEADER.sub("", question.sparql).rstrip("\n")),
        keywords=" , ".join(map(_quoted, _keywords(question))),
        target=target,
    )


def _keywords(question: Question) -> list[str]:
    """Return the words of the name and what the question can be asked with."""
    words = [*question.name.split("-"), *(parameter.name.replace("_", " ") for parameter in question.params)]
    return sorted(set(words) - {"and", "by", "for", "of", "with", "without"})


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{escaped}"""'
