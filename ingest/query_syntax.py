"""Check a PubMed query before it is sent.

PubMed hardly ever refuses a query: a missing quotation mark, a lower-case "or" or a mistyped field
changes what is found without a word. Syntax as in the PubMed user guide
(https://pubmed.ncbi.nlm.nih.gov/help/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kg.errors import UsageError

__all__ = ["FIELDS", "Token", "check_query", "mixed_operators", "tokens"]

Kind = Literal["word", "phrase", "tag", "open", "close", "operator", "range"]

FIELDS = frozenset(
    """
    ab abstract ad affiliation aid all au author auid book cn cois crdt dcom dp dso edat ed ein entry eid fau filter
    fir gr ip ir isbn issn jid jour la lang language lastau lid lr mdat mh mesh mhda majr nm ot pa pdat pg pii pl
    pmid pmcid ppdt epdt ps pt ptyp pubn rn sb sh si so subset ta ti tiab title tt tw uid vi volume 1au
    """.split()
) | {
    "all fields", "article identifier", "author - first", "author - full", "author - identifier", "author - last",
    "conflict of interest statements", "date - completion", "date - create", "date - entry", "date - mesh",
    "date - modification", "date - publication", "ec/rn number", "first author", "full author name", "grant number",
    "last author", "mesh major topic", "mesh subheading", "mesh terms", "mesh term", "modification date",
    "other term", "pharmacological action", "place of publication", "publication date", "publication type",
    "supplementary concept", "text word", "title/abstract", "transliterated title",
}  # fmt: skip
"""Field tags PubMed knows, in lower case: short forms, long forms, and the search field names of E-utilities."""

_LONGEST = 20_000
_NEAR = frozenset({"ad", "affiliation", "ti", "tiab", "title", "title/abstract"})
_NOEXP = frozenset({"mh", "mesh", "majr", "sh", "mesh terms", "mesh term", "mesh major topic", "mesh subheading"})
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_TOKEN = re.compile(
    r"\s+|\"(?P<phrase>[^\"]*)\"|\[(?P<tag>[^\[\]\"]*)\]|(?P<open>\()|(?P<close>\))|(?P<range>:)"
    r"|(?P<word>[^\s\"\[\]():]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of a query; ``text`` is without quotation marks or brackets, ``at`` counts characters from 1."""

    kind: Kind
    text: str
    at: int


def check_query(query: str) -> str:
    """Return ``query`` on one line when PubMed will read it as it is written.

    Raises UsageError naming the place and what is allowed.
    """
    query = " ".join(query.split())
    if not query:
        raise UsageError("the query is empty: give at least one search term")
    if len(query) > _LONGEST:
        raise UsageError(f"the query has {len(query):,} characters: at most {_LONGEST:,} are allowed")
    _check_order(list(tokens(query)), len(query))
    return query


def mixed_operators(query: str) -> Token | None:
    """Return the first AND or OR that follows the other one without parentheses.

    PubMed reads from left to right, so ``a OR b AND c`` is ``(a OR b) AND c``: right, but rarely meant.
    """
    levels: list[str] = [""]
    for token in tokens(query):
        if token.kind == "open":
            levels.append("")
        elif token.kind == "close" and len(levels) > 1:
            levels.pop()
        elif token.text in {"AND", "OR"} and token.kind == "operator":
            if levels[-1] not in {"", token.text}:
                return token
            levels[-1] = token.text
    return None


def tokens(query: str) -> Iterator[Token]:
    """Cut ``query`` into tokens.

    Raises UsageError for characters that fit nowhere: curly quotation marks, an unclosed quotation or bracket.
    """
    position = 0
    while position < len(query):
        match = _TOKEN.match(query, position)
        stray = re.search(r"[“”„«»\x00-\x08\x0e-\x1f\x7f]", match.group() if match else "")
        if match is None or stray:
            raise _stray(query, position + (stray.start() if stray else 0))
        if match.lastgroup is not None:
            yield _token(match, match.lastgroup)
        position = match.end()


def _token(match: re.Match[str], kind: str) -> Token:
    text, at = match[kind], match.start() + 1
    if kind == "word" and text.upper() in _OPERATORS:
        if text not in _OPERATORS:
            raise UsageError(
                f"'{text}' at character {at} of the query: write {text.upper()} in capitals to combine terms,"
                " or put the phrase it belongs to in double quotation marks"
            )
        kind = "operator"
    return Token(kind=kind, text=text, at=at)  # type: ignore[arg-type]


def _stray(query: str, position: int) -> UsageError:
    character, at = query[position], position + 1
    if character == '"':
        return UsageError(f"the quotation mark at character {at} of the query is never closed")
    if character in "[]":
        return UsageError(f"the bracket '{character}' at character {at} of the query has no partner")
    if character in "“”„«»":
        return UsageError(f'the character {character} at {at} of the query is not a quotation mark for PubMed: use "')
    return UsageError(f"the control character U+{ord(character):04X} at {at} of the query is not allowed")


def _check_order(found: list[Token], length: int) -> None:
    """Check that terms, tags, operators and parentheses follow one another as they may."""
    opened: list[Token] = []
    previous: Token | None = None
    for token in found:
        _check_pair(previous, token)
        if token.kind == "open":
            opened.append(token)
        elif token.kind == "close":
            if not opened:
                raise UsageError(f"the parenthesis ) at character {token.at} of the query was never opened")
            opened.pop()
        elif token.kind == "tag":
            _check_tag(token, previous)
        else:
            _check_term(token)
        previous = token
    if previous is not None and previous.kind in {"operator", "range"}:
        raise UsageError(f"the query ends with '{previous.text}' at character {length}: a term is missing after it")
    if opened:
        raise UsageError(f"the parenthesis ( at character {opened[-1].at} of the query is never closed")


def _check_pair(previous: Token | None, token: Token) -> None:
    before = previous.kind if previous else "start"
    ends_term = before in {"word", "phrase", "tag", "close"}
    if token.kind == "tag" and before not in {"word", "phrase"}:
        raise UsageError(f"the field [{token.text}] at character {token.at} of the query follows no term")
    if token.kind in {"operator", "range", "close"} and not ends_term:
        after = f"after '{previous.text}'" if previous else "at the start of the query"
        hint = " (to exclude, write NOT alone, without AND)" if token.text == "NOT" else ""
        raise UsageError(f"'{token.text}' at character {token.at} stands {after}: a term must come before it{hint}")
    if token.kind in {"word", "phrase", "open"} and before in {"tag", "close"}:
        raise UsageError(f"AND, OR or NOT is missing before '{token.text}' at character {token.at} of the query")


def _check_term(token: Token) -> None:
    if token.kind == "phrase" and not token.text.strip():
        raise UsageError(f"the quotation marks at character {token.at} of the query hold no words")
    if token.kind not in {"word", "phrase"}:
        return
    for word in re.split(r"[\s-]+", token.text):
        stem, star, _ = word.partition("*")
        if star and len(stem) < 4:
            raise UsageError(
                f"'{word}' at character {token.at} of the query: PubMed needs four characters or more before *"
            )


def _check_tag(tag: Token, term: Token | None) -> None:
    name, colon, modifier = (part.strip() for part in tag.text.lower().partition(":"))
    name = " ".join(name.split())
    if name not in FIELDS:
        raise UsageError(
            f"PubMed has no search field [{tag.text}], at character {tag.at} of the query;"
            " common ones are [tiab], [ti], [mh], [pt], [au], [dp], [la]"
        )
    if not colon or (modifier == "noexp" and name in _NOEXP):
        return
    if not re.fullmatch(r"~[0-9]{1,4}", modifier) or name not in _NEAR:
        raise UsageError(
            f"[{tag.text}] at character {tag.at} of the query: after a colon PubMed knows noexp for MeSH fields,"
            " and ~ with a number of words for [ti], [tiab] and [ad]"
        )
    if term is None or term.kind != "phrase" or len(term.text.split()) < 2 or "*" in term.text:
        raise UsageError(
            f"[{tag.text}] at character {tag.at} of the query needs two or more words in quotation marks, without *"
        )
