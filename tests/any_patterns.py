"""Regular expressions and texts of all shapes, for properties."""

from __future__ import annotations

from hypothesis import strategies as st

__all__ = ["PATTERNS", "TEXTS"]

_LETTERS = st.sampled_from(["a", "b", "k", "s", "S", " ", "-"])
_ATOMS = st.one_of(
    _LETTERS, st.sampled_from([r"\w", ".", "[sk]", "[^a]", r"\b", "(?=a)", "(?<!s)", r"\d", "ab", "sk "])
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: f"(?:{'|'.join(parts)})"),
        inner.map(lambda part: f"(?i:{part})"),
        inner.map(lambda part: f"({part})"),
        inner.map(lambda part: f"(?>{part})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{0,2}?", "{1,3}", "*+"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
        st.tuples(_LETTERS, st.sampled_from(["?", "??", "+"])).map("".join),
    )


PATTERNS = st.recursive(_ATOMS, _grown, max_leaves=14)
TEXTS = st.text(alphabet="abksSAK \u0131\u0130\u017f\u212a-1", max_size=14)
