"""Other reports of a study: those with its registration number, and those proposed because they share so much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.companions import Companion, companions_of, report_of

if TYPE_CHECKING:
    from kg.ledger import Ledger, LedgerRow

__all__ = ["proposed", "related_text", "same_study"]


def same_study(ledger: Ledger, row: LedgerRow) -> tuple[str, ...]:
    """Return the PMIDs of other publications that report the same registered study, rising."""
    from kg.identity import study_id

    if row.reading is None or not row.reading.registry_ids:
        return ()
    number = study_id(row.record.pmid, row.reading.registry_ids, row.reading.design)
    others = [pmid for pmid, _, reading, _ in ledger.texts() if f'"{number}"' in reading and pmid != row.record.pmid]
    found = [r.record.pmid for r in ledger.rows(others) if r.reading and number == study_id(r.record.pmid, r.reading.registry_ids, r.reading.design)]  # fmt: skip
    return tuple(found)


def proposed(ledger: Ledger, row: LedgerRow) -> tuple[Companion, ...]:
    """Return the publications that may report the same study, the surest first.

    Texts that share neither size, nor a trial's name, nor two counts are passed over unread: none of them would be
    proposed.
    """
    report = report_of(row.record, row.reading) if row.reading else None
    if report is None:
        return ()
    sizes = [f'"sample_size":{report.sample_size}{end}' for end in ",}"] if report.sample_size is not None else []
    names = [name.lower() for name in report.names]
    counts = [str(number) for number in report.numbers]

    def worth_reading(record: str, reading: str) -> bool:
        if '"scope":"on"' not in reading:
            return False
        if any(size in reading for size in sizes) or sum(count in record for count in counts) > 1:
            return True
        low = record.lower() if names else ""
        return any(name in low for name in names)

    near = [pmid for pmid, record, reading, _ in ledger.texts() if worth_reading(record, reading)]
    others = [report_of(r.record, r.reading) for r in ledger.rows(near) if r.reading is not None]
    return companions_of(report, [other for other in others if other is not None])


def related_text(ledger: Ledger, row: LedgerRow) -> str:
    """Tell the other reports of a study: by number as a fact, the rest as proposals with their reasons; or nothing."""
    lines = []
    known = same_study(ledger, row)
    if known:
        lines.append(f"Reports the same study, by its registration number, as PMID {', '.join(known)}")
    for companion in proposed(ledger, row):
        other = companion.second if companion.first == row.record.pmid else companion.first
        lines.append(f"May be a report of the same study as PMID {other} (not counted as one)")
        lines.append(f"     {'; '.join(companion.reasons)}")
    return "\n".join(lines)
