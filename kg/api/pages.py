"""A summary and a record as answers: tables for programs, a page for notebooks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from kg.api.answers import Answer, html_table
from kg.report.marking import fragments
from kg.stores import Cell

if TYPE_CHECKING:
    import pandas as pd

    from kg.ledger import LedgerRow
    from kg.model import Record
    from kg.report import Setting, View
    from kg.synthesis import Summary

__all__ = ["ShownRecord", "SummaryAnswer", "claims_of", "table"]

_NOT_HERE = frozenset({"title", "journal", "scope", "languages", "n_studies"})
"""Columns of the claims table that a summary does not need."""
_SHOWN = (
    "procedure", "comparator", "outcome", "measure", "basis", "direction", "followup_days", "effect", "p",
    "significant", "rule", "confidence",
)  # fmt: skip

_TYPES = {
    **dict.fromkeys(("year", "sample_size", "n_studies", "start", "end", "participants", "events", "total"), "Int64"),
    **dict.fromkeys(("better", "no_difference", "worse", "mixed", "not_clear", "studies"), "Int64"),
    **dict.fromkeys(("studies_without_participants", "sign_test_n"), "Int64"),
    **dict.fromkeys(("sign_test_p", "confidence"), "Float64"),
    **dict.fromkeys(("retracted", "noninferiority", "hedged", "significant", "illustrative"), "boolean"),
}
"""The types of columns that are not text: they are the same when no row has a value."""


@dataclass(frozen=True, kw_only=True)
class SummaryAnswer:
    """The evidence on one technique.

    ``summary`` holds the nouns of ``kg.synthesis`` behind it. In a notebook it shows as a page, with
    its banner where invented records are part of it.
    """

    summary: Summary
    setting: Setting
    claims: Answer

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns; ``docs/summaries.md`` explains them."""
        from kg.report.machine import COLUMNS

        return COLUMNS

    @cached_property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Return a row per cell and, after it, one per condition of the patients; then a row per rate."""
        from kg.report.machine import as_rows

        return as_rows(self._view)

    @property
    def df(self) -> pd.DataFrame:
        """Return ``rows`` as a DataFrame; count studies in the rows whose ``indication`` is ``all``."""
        return table(self.columns, self.rows).df

    @property
    def studies(self) -> Answer:
        """Return the studies that the summary rests on, each once."""
        columns = ("study", "design", "participants", "pmids", "retracted")
        found = self.summary.studies
        rows = tuple((each.id, each.design, each.participants, "; ".join(each.pmids), each.retracted) for each in found)
        return table(columns, rows)

    @property
    def headline(self) -> tuple[str, ...]:
        """Return the sentences at the head of the summary."""
        return self._view.headline

    @property
    def illustrative(self) -> bool:
        """Tell whether invented records of the sample are part of it."""
        return self.summary.illustrative

    def render(self, form: str = "text") -> str:
        """Return the summary as ``spinekg summarise`` prints it: text, md, json, csv or svg."""
        from kg.report import render
        from kg.vocabulary import load_vocabulary

        return render(self.summary, form, vocabulary=load_vocabulary(), setting=self.setting)

    def to_dict(self) -> dict[str, Any]:
        """Return the summary with the claim ids behind every number; ``docs/summaries.md`` describes it."""
        found: dict[str, Any] = json.loads(self.render("json"))
        return found

    def __str__(self) -> str:
        """Return the summary as text."""
        return self.render("text")

    def _repr_markdown_(self) -> str:
        return self.render("md")

    def _repr_html_(self) -> str:
        from markdown_it import MarkdownIt

        # Words of abstracts are escaped in the Markdown; what HTML it holds is ours.
        page: str = MarkdownIt("commonmark", {"html": True}).enable("table").render(self.render("md"))
        return f'<div class="spinekg">\n{page}</div>\n'

    @cached_property
    def _view(self) -> View:
        from kg.report.view import view_of
        from kg.vocabulary import load_vocabulary

        return view_of(self.summary, self.setting, load_vocabulary())


def table(columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> Answer:
    """Return a table of the report or of claims, whose columns have the same types when they are empty."""
    return Answer(columns=columns, rows=tuple(rows), types={name: _TYPES.get(name, "string") for name in columns})


def claims_of(summary: Summary) -> Answer:
    """Return the claims of a summary with what is to be known of their publications."""
    from kg.codec import claim_to_contract
    from kg.export import CLAIM_COLUMNS

    columns = tuple(name for name in CLAIM_COLUMNS if name not in _NOT_HERE)
    rows = []
    for item in summary.evidence:
        paper = asdict(item.publication)
        claim = claim_to_contract(item.claim, item.claim_id)
        values = paper | claim | {"claim_id": item.claim_id, "axes": _axes(claim["axes"])}
        rows.append(tuple(_flat(values[name]) for name in columns))
    return table(columns, rows)


def _axes(axes: dict[str, list[str]]) -> list[str]:
    return [f"{axis}={value}" for axis, values in axes.items() for value in values]


def _flat(value: Any) -> Cell:
    flat: Cell = "; ".join(map(str, value)) if isinstance(value, list | tuple) else value
    return flat


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRecord:
    """One abstract with its claims; in a notebook the quoted characters are marked."""

    row: LedgerRow

    @property
    def record(self) -> Record:
        """Return the record."""
        return self.row.record

    @property
    def claims(self) -> Answer:
        """Return a row per claim."""
        from kg.export import CLAIM_COLUMNS, claim_rows

        return table(CLAIM_COLUMNS, claim_rows(self.row))

    @property
    def df(self) -> pd.DataFrame:
        """Return ``claims`` as a DataFrame."""
        return self.claims.df

    def _repr_html_(self) -> str:
        from kg.bibliography import citation, is_retracted

        record = self.record
        retracted = "<p><strong>RETRACTED</strong></p>\n" if is_retracted(record) else ""
        link = f'<a href="https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/">PMID {record.pmid}</a>'
        lines = "\n".join(f"<p>{line}</p>" for line in self._lines())
        rows = [{"claim": number} | each for number, each in enumerate(self.claims.dicts(), start=1)]
        table = html_table(("claim", *_SHOWN), [tuple(each[name] for name in ("claim", *_SHOWN)) for each in rows])
        return f"{retracted}{lines}\n<p>{escape(citation(record))} | {link}</p>\n{table}\n"

    def _lines(self) -> Iterator[str]:
        """Yield the title and the sections with the quotes marked and the numbers of their claims behind them."""
        record, reading = self.row.record, self.row.reading
        spans = [(claim.start, claim.end) for claim in reading.claims] if reading else []
        yield f"<strong>{self._marked(spans, 0, len(record.title))}</strong>"
        for section in record.sections:
            label = f"<strong>{escape(section.label)}:</strong> " if section.label else ""
            yield label + self._marked(spans, section.start, section.start + len(section.text))

    def _marked(self, spans: list[tuple[int, int]], start: int, end: int) -> str:
        return "".join(
            f"<mark>{escape(part.text)}</mark><sup>{','.join(map(str, part.quotes))}</sup>"
            if part.quotes
            else escape(part.text)
            for part in fragments(self.row.record.text, spans, start, end)
        )
