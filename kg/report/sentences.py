"""The studies and sentences behind each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.report.nouns import Block, Quote, Row, StudyLine
from kg.report.wording import Names, lower, plural, time, wording
from kg.synthesis import Publication, Rate, SeenClaim, StudyResult, Summary

__all__ = ["blocks", "study_line"]


def blocks(summary: Summary, rows: Sequence[Row], names: Names) -> tuple[Block, ...]:
    """Return the studies of each row with their words; words that stand under an earlier row are referred to."""
    writer = _Writer(summary, names)
    return tuple(
        Block(ref=row.ref, title=_title(row), studies=tuple(writer.study(result, row) for result in row.cell.results))
        for row in rows
    )


def study_line(rate: Rate, summary: Summary, names: Names) -> StudyLine:
    """Return the line of a publication that gives a rate."""
    writer = _Writer(summary, names)
    return StudyLine(
        direction=None,
        remark=wording()["standings"].get(rate.standing, ""),
        reference=writer.reference((rate.seen.evidence.publication,), rate.participants),
        flags=writer.flags((rate.seen,)),
        quotes=(writer.quote(rate.seen, ""),),
    )


def _title(row: Row) -> str:
    if row.cell.basis == "within":
        parts = [row.outcome]
    elif row.contrast:
        parts = [row.outcome, lower(row.contrast)]
    else:
        parts = [row.outcome, f"against {lower(row.against)}"]
    return ", ".join([*parts, row.follow_up if row.follow_up != "not stated" else "follow-up not stated"])


@dataclass(slots=True)
class _Writer:
    """Writes studies in words and remembers under which row each claim was quoted."""

    summary: Summary
    names: Names
    quoted: dict[str, str] = field(default_factory=dict)

    def study(self, result: StudyResult, row: Row) -> StudyLine:
        return StudyLine(
            direction=result.direction,
            remark=wording()["standings"].get(result.standing, ""),
            reference=self.reference(result.publications, result.participants),
            flags=self.flags(result.claims),
            quotes=self.quotes(result.claims, row),
        )

    def reference(self, publications: Sequence[Publication], participants: int | None) -> str:
        """Return "PMID 1 (2015, randomised), PMID 2 (2017, randomised), study NCT…, 188 participants"."""
        reports = []
        for publication in publications:
            facts = [str(publication.year)] if publication.year else []
            facts.append(self.names.design(publication.design))
            reports.append(f"PMID {publication.pmid} ({', '.join(facts)})")
        study = publications[0].study
        register = "" if study.startswith("pubmed-") else f", study {study}"
        size = plural(participants, "participant") if participants is not None else "participants not stated"
        return f"{', '.join(reports)}{register}, {size}"

    def flags(self, claims: Sequence[SeenClaim]) -> tuple[str, ...]:
        """Return what a reader must know of a study before trusting its direction."""
        publications = [seen.evidence.publication for seen in claims]
        all_invented = all(publication.illustrative for publication in self.summary.publications)
        remarks = (
            (any(p.retracted for p in publications), "RETRACTED"),
            (any(p.under_concern for p in publications), "expression of concern"),
            (any(p.corrected for p in publications), "has an erratum"),
            (any(p.foreign for p in publications), "not in English"),
            (any("spin" in p.flags for p in publications), "conclusion contradicts the result"),
            (any(seen.claim.noninferiority for seen in claims), "non-inferiority or equivalence test"),
            (any(seen.claim.hedged for seen in claims), "hedged wording"),
            (any(p.illustrative for p in publications) and not all_invented, "illustrative record, not a real study"),
        )
        return tuple(text for holds, text in remarks if holds)

    def quotes(self, claims: Sequence[SeenClaim], row: Row) -> tuple[Quote, ...]:
        """Return the words of some claims, a sentence that makes several of them once."""
        details: dict[tuple[str, str | None], tuple[str, ...]] = {}
        for seen in claims:
            quote = self.quote(seen, row.ref, row)
            key = (quote.text, quote.see)
            details[key] = details.get(key, ()) + quote.details
        return tuple(Quote(text=text, see=see, details=tuple(dict.fromkeys(of))) for (text, see), of in details.items())

    def quote(self, seen: SeenClaim, ref: str, row: Row | None = None) -> Quote:
        claim, identifier = seen.claim, seen.evidence.claim_id
        earlier = self.quoted.setdefault(identifier, ref)
        details = [
            self.names.inside("outcome", claim.outcome) if row and claim.outcome != row.cell.outcome else "",
            self._direction(seen, row),
            claim.measure or "",
            ", ".join(time(days) for days in claim.followup_days),
            claim.effect or "",
            claim.p or "",
            {True: "called significant", False: "not significant", None: ""}[claim.significant],
        ]
        return Quote(
            text="" if earlier != ref else claim.quote,
            details=("; ".join(filter(None, details)),),
            see=earlier if earlier != ref else None,
        )

    def _direction(self, seen: SeenClaim, row: Row | None) -> str:
        """Say which way a claim points, and between what where the row does not say it alone."""
        word = seen.direction.replace("-", " ")
        if seen.comparator is None:
            own = seen.procedure == self.summary.pico.technique
            return word if own else f"{self.names.inside('procedure', seen.procedure)}: {word}"
        sides = f"{self.names.inside('procedure', seen.procedure)} against "
        sides += self.names.inside("procedure", seen.comparator)
        if seen.turned and not (row and row.cell.pair):
            return f"{word} ({sides}, turned round: written for the other side)"
        plain = row is not None and (row.cell.pair or self._is_plain(seen, row))
        return word if plain else f"{word} ({sides})"

    def _is_plain(self, seen: SeenClaim, row: Row) -> bool:
        """Tell whether the row names both sides of a claim already."""
        comparators = {comparator for result in row.cell.results for comparator in result.comparators}
        return seen.procedure == self.summary.pico.technique and len(comparators) == 1
