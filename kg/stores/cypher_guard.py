"""What a Cypher text may be before it reaches an engine.

Ladybug lets a read-only database write files, load extensions and call out (COPY, INSTALL, ATTACH,
LOAD), and Neo4j lets a query run procedures. So a text is taken apart first and its words are looked
at: all but strings, quoted names, comments and parameters. Where engines could disagree on what is a
string or a word, the text is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Sequence

from kg.errors import UsageError

__all__ = ["check_cypher", "parameters"]

MAX_LENGTH = 16_384
MAX_DEPTH = 64
MAX_CASES = 16
MAX_PATTERNS = 128
MAX_OPERATORS = 512
MAX_RELATIONSHIPS = 20
"""In one part of a query. Ladybug weighs the orders of joins against each other before its time-out counts."""

_TOKEN = re.compile(
    r"""
      (?P<comment>//[^\n\r]* | /\*.*?\*/)
    | (?P<unclosed>/\*)
    | (?P<string>'(?:[^'\\]|\\[\\'"bfnrt])*' | "(?:[^"\\]|\\[\\'"bfnrt])*")
    | (?P<quoted>`[^`]*`)
    | (?P<parameter>\$(?:\w+|`[^`]*`))
    | (?P<number>(?:0[xX][0-9A-Fa-f]+|0[oO][0-7]+|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?P<glued>\w*))
    | (?P<word>\w+)
    | (?P<space>\s+)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_BEGINNINGS = ("MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN")
_WRITING = frozenset({"CREATE", "MERGE", "INSERT", "SET", "DELETE", "DETACH", "NODETACH", "REMOVE", "FOREACH"})
_OUTSIDE = frozenset({"COPY", "LOAD", "INSTALL", "UNINSTALL", "UPDATE", "ATTACH", "EXPORT", "IMPORT", "CALL", "USE"})
_RUNNING = frozenset({"DROP", "ALTER", "RENAME", "COMMENT", "BEGIN", "COMMIT", "ROLLBACK", "CHECKPOINT", "TERMINATE"})
_TELLING = frozenset({"SHOW", "GRANT", "DENY", "REVOKE", "EXPLAIN", "PROFILE", "MACRO"})
_FORBIDDEN = _WRITING | _OUTSIDE | _RUNNING | _TELLING
_NAMESPACES = frozenset({"DATE", "TIME", "DATETIME", "LOCALTIME", "LOCALDATETIME", "DURATION", "POINT"})
_UNCLEAR = {
    "'": "a string is not closed, or holds a backslash before something else than \\ ' \" b f n r t",
    '"': "a string is not closed, or holds a backslash before something else than \\ ' \" b f n r t",
    "`": "a quoted name is not closed",
    "/*": "a comment is not closed",
    "\\": "a backslash is allowed only inside a quoted string",
}
_OPERATORS = frozenset("!+-*/%^=<>|&")
_OPERATOR_WORDS = frozenset({"AND", "OR", "XOR", "NOT", "IN", "CASE"})
_PARTS = frozenset({"WITH", "UNION", "RETURN", "OPTIONAL", "UNWIND"})
_PATTERN_WORDS = frozenset({"MATCH", "EXISTS", "COUNT", "COLLECT", "UNION", "UNWIND", "WITH"})
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")

_Token = tuple[str, str]


def check_cypher(cypher: str) -> None:
    """Refuse a query text that writes, leaves the graph, or could bring an engine down.

    Raises UsageError that says what is in the way and what is allowed.
    """
    _check_text(cypher)
    tokens = [token for token in _tokens(cypher) if token[0] not in {"comment", "space"}]
    _check_words(tokens)
    _check_calls(tokens)
    _check_size(tokens)


def parameters(cypher: str) -> tuple[str, ...]:
    """Return the names of the parameters of a query, in the order in which they are met."""
    found = (text[1:].strip("`") for kind, text in _tokens(cypher) if kind == "parameter")
    return tuple(dict.fromkeys(found))


def _check_text(cypher: str) -> None:
    if len(cypher) > MAX_LENGTH:
        raise UsageError(f"the query is {len(cypher)} characters long; at most {MAX_LENGTH} are allowed")
    if any("\ud800" <= char <= "\udfff" for char in cypher):
        raise UsageError("the query holds bytes that are not UTF-8 text")
    # Neo4j turns these into characters before it looks for strings and comments, so they can end one.
    if re.search(r"\\u", cypher, re.IGNORECASE):
        raise UsageError("\\u… is not allowed in a query: write the character itself, or hand it over as a parameter")


def _tokens(cypher: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(cypher):
        kind, text = str(match.lastgroup), match[0]
        if kind in {"glued", "number"}:
            kind = "number"
            if match["glued"]:
                raise UsageError(f"'{text[:40]}' is not clear: put a space between a number and a word")
        if text in _UNCLEAR:
            raise UsageError(_UNCLEAR[text])
        if kind not in {"comment", "string", "quoted"} and any(_is_hidden(char) for char in text):
            raise UsageError(
                "the query holds a character that cannot be seen: only spaces and line ends may stand here"
            )
        yield kind, text


def _is_hidden(char: str) -> bool:
    return char not in "\t\n\r" and unicodedata.category(char) in {"Cc", "Cf", "Co", "Cn"}


def _check_words(tokens: Sequence[_Token]) -> None:
    words = [_upper(text) for kind, text in tokens if kind == "word"]
    if not words or _upper(tokens[0][1]) not in _BEGINNINGS:
        raise UsageError(f"a query begins with {', '.join(_BEGINNINGS[:-1])} or {_BEGINNINGS[-1]}; nothing else is run")
    for word in words:
        if word in _FORBIDDEN:
            raise UsageError(
                f"{word} is not allowed: a query reads this graph and does nothing else;"
                f" a name that is spelt like that goes in backticks, `{word.lower()}`"
            )
    semicolons = [position for position, token in enumerate(tokens) if token == ("mark", ";")]
    if semicolons and semicolons[0] != len(tokens) - 1:
        raise UsageError("one query at a time: nothing may follow the semicolon")


def _check_calls(tokens: Sequence[_Token]) -> None:
    """Refuse functions of plugins: they can do anything, such as reading files or calling other servers."""
    for position, token in enumerate(tokens):
        if token != ("mark", "(") or position == 0:
            continue
        name = _dotted(tokens[:position])
        if tokens[position - 1][0] == "quoted" or (len(name) > 1 and name[0] not in _NAMESPACES):
            raise UsageError("functions of plugins are not allowed: only those that Cypher itself has, without a dot")


def _dotted(tokens: Sequence[_Token]) -> list[str]:
    """Return the words joined by dots at the end of these tokens."""
    found: list[str] = []
    position = len(tokens) - 1
    while position >= 0 and tokens[position][0] in {"word", "quoted"}:
        found.insert(0, _upper(tokens[position][1]))
        if position == 0 or tokens[position - 1] != ("mark", "."):
            break
        position -= 2
    return found


def _check_size(tokens: Sequence[_Token]) -> None:
    words = [_upper(text) for kind, text in tokens if kind == "word"]
    marks = [text for kind, text in tokens if kind == "mark"]
    operators = sum(mark in _OPERATORS for mark in marks) + sum(word in _OPERATOR_WORDS for word in words)
    patterns = sum(word in _PATTERN_WORDS for word in words) + marks.count("[")
    for what, number, limit in (
        ("levels of brackets", _depth(marks, _OPEN, _CLOSE), MAX_DEPTH),
        ("levels of CASE", _depth(words, {"CASE"}, {"END"}), MAX_CASES),
        ("relationships in one part", _relationships(tokens), MAX_RELATIONSHIPS),
        ("patterns and lists", patterns, MAX_PATTERNS),
        ("operators", operators, MAX_OPERATORS),
    ):
        if number > limit:
            raise UsageError(f"the query has {number} {what}; at most {limit} are allowed")


def _depth(texts: Sequence[str], opening: Container[str], closing: Container[str]) -> int:
    depth = deepest = 0
    for text in texts:
        depth += (text in opening) - (text in closing)
        deepest = max(deepest, depth)
    return deepest


def _relationships(tokens: Sequence[_Token]) -> int:
    """Return the greatest number of relationships that are joined in one part of a query."""
    joined = most = 0
    before = ""
    for kind, text in tokens:
        if kind == "word" and _upper(text) in _PARTS:
            joined = 0
        joined += before == "-" and text in {"-", "["}
        before, most = text, max(most, joined)
    return most


def _upper(word: str) -> str:
    """Return a word as an engine could read it that takes letters of other scripts for Latin ones."""
    return unicodedata.normalize("NFKC", word).upper()
