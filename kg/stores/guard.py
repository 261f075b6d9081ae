"""What a query text may be before it reaches the engine.

Oxigraph has no switch against ``SERVICE`` (it makes the call), no time-out, and deep nesting ends
the whole process with a signal. So the text is measured first: its size, its depth, its number of
joins, and the words outside strings, IRIs, comments and variables. It is a guard for one user at a
command line; a public endpoint needs a worker process with limits besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.errors import UsageError
from kg.identity import BASE

__all__ = ["check_query"]

MAX_LENGTH = 16_384
MAX_DEPTH = 64
MAX_JOINS = 64
MAX_PATH_STEPS = 32
MAX_OPERATORS = 512

# Oxigraph reads characters, not tokens: it takes "?a<?b#>" as "less than ?b, then a comment" where a
# tokenizer sees an IRI, and "SERVICEex:x" as the keyword and a name. So an IRI counts as one only
# with "://" (no expression can hold that), any other <…> without a space is refused as ambiguous,
# a backslash outside a string is refused, and SERVICE is looked for inside words too.
_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n\r]*)
    | (?P<string>\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
        | \"(?:[^"\\\n\r]|\\.)*\" | '(?:[^'\\\n\r]|\\.)*')
    | (?P<iri><[A-Za-z][A-Za-z0-9+.-]*://[^<>"{}|^`\\\s]*>)
    | (?P<unclear><[^<>"{}|^`\\\s]*>)
    | (?P<variable>[?$]\w+)
    | (?P<word>[\w:.@%-]*\w[\w:%-]*|:)
    | (?P<space>\s+)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPERATORS = frozenset("!+-*|&=<>^")
_OPEN, _CLOSE = frozenset("({["), frozenset(")}]")
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_JOINING = frozenset({"OPTIONAL", "UNION", "MINUS", "VALUES", "GRAPH", "EXISTS", "BIND", "LATERAL"})
_OUR_GRAPHS = f"<{BASE}graph/"


def check_query(sparql: str) -> None:
    """Refuse a query text that writes, leaves the store, or could bring the engine down.

    Raises UsageError that says which limit and what is allowed.
    """
    if any("\ud800" <= char <= "\udfff" for char in sparql):
        raise UsageError("the query holds bytes that are not UTF-8 text")
    if len(sparql) > MAX_LENGTH:
        raise UsageError(f"the query is {len(sparql)} characters long; at most {MAX_LENGTH} are allowed")
    tokens = [(kind, text) for kind, text in _tokens(sparql) if kind not in {"comment", "space"}]
    _check_form(tokens)
    _check_reach(tokens)
    _check_size(tokens)


def _tokens(sparql: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(sparql):
        kind = str(match.lastgroup)
        if kind == "unclear":
            raise UsageError(f"'{match[0]}' is not clear: write IRIs in full (http://…), put a space after 'less than'")
        if match[0] == "\\":
            raise UsageError("a backslash is allowed only inside a quoted string")
        yield kind, match[0]


def _check_form(tokens: list[tuple[str, str]]) -> None:
    words = [text.upper() for kind, text in tokens if kind == "word"]
    first = next((word for word in words if word in _FORMS or word in _UPDATES), None)
    if first is None or first in _UPDATES:
        raise UsageError("only questions are answered here: SELECT, ASK, CONSTRUCT or DESCRIBE; nothing is written")


def _check_reach(tokens: list[tuple[str, str]]) -> None:
    for position, (kind, text) in enumerate(tokens):
        if kind == "word" and "SERVICE" in text.upper():
            raise UsageError("SERVICE is not allowed: a query sees this store only, it calls no other server")
        if kind == "word" and text.upper() == "FROM":
            rest = [token for _, token in tokens[position + 1 : position + 3]]
            graph = rest[1] if len(rest) > 1 and rest[0].upper() == "NAMED" else "".join(rest[:1])
            if not graph.startswith(_OUR_GRAPHS):
                raise UsageError(f"FROM may only name a graph of this store, '{_OUR_GRAPHS}…>'")


def _check_size(tokens: list[tuple[str, str]]) -> None:
    depth, joins = _shape(tokens)
    marks = [text for kind, text in tokens if kind == "mark"]
    for what, number, limit in (
        ("levels of brackets", depth, MAX_DEPTH),
        ("joined patterns", joins, MAX_JOINS),
        ("path steps or divisions", marks.count("/"), MAX_PATH_STEPS),
        ("operators", sum(mark in _OPERATORS for mark in marks), MAX_OPERATORS),
    ):
        if number > limit:
            raise UsageError(f"the query has {number} {what}; at most {limit} are allowed")


def _shape(tokens: list[tuple[str, str]]) -> tuple[int, int]:
    """Return the deepest nesting and the number of joins; the rows of a VALUES block are data, not joins."""
    depth = joins = 0
    stack: list[str] = []
    data_next = False
    before = ("", "")
    for kind, text in tokens:
        if text in _OPEN and kind == "mark":
            stack.append("data" if (data_next and text == "{") or stack[-1:] == ["data"] else text)
            data_next = data_next and text != "{"
            depth = max(depth, len(stack))
        elif text in _CLOSE and kind == "mark":
            stack[-1:] = []
        elif stack[-1:] != ["data"] and _joins(kind, text, before, stack):
            joins += 1
        data_next = data_next or (kind == "word" and text.upper() == "VALUES")
        before = (kind, text)
    return depth, joins


def _joins(kind: str, text: str, before: tuple[str, str], stack: list[str]) -> bool:
    if kind == "mark":
        return text in {".", ";"} or (text == "," and stack[-1:] != ["("])
    if kind == "word" and text.upper() in _JOINING:
        return True
    # Two terms side by side in round brackets are members of a collection, two triples each.
    return stack[-1:] == ["("] and _is_term(kind, text) and _is_term(*before)


def _is_term(kind: str, text: str) -> bool:
    return kind in {"iri", "variable", "string"} or (kind == "word" and (":" in text or text[0].isdigit()))
