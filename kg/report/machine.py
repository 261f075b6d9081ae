"""A summary for programs: JSON with the claim ids behind every number, and CSV with one row per cell.

``docs/summaries.md`` describes both. Fields are added, never renamed, within one ``format``.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from kg.codec import claim_to_contract
from kg.report.accuracy import accuracy_json
from kg.report.nouns import RateRow, Row, StudyLine, View
from kg.report.wording import Names, wording
from kg.synthesis import DIRECTIONS, Publication, SignTest, StudyResult
from kg.tabular import Cell, write_rows
from kg.vocabulary import Vocabulary

__all__ = ["COLUMNS", "FORMAT", "as_csv", "as_json", "as_rows"]

FORMAT = 1

COLUMNS = (
    "row", "basis", "outcome", "outcome_label", "comparator_class", "first_side", "second_side", "comparators",
    "follow_up", "follow_up_label", "indication", "better", "no_difference", "worse", "mixed", "not_clear", "studies",
    "participants", "studies_without_participants", "designs", "sign_test_n", "sign_test_p", "not_counted",
    "as_written", "events", "total", "pmids", "claim_ids", "illustrative",
)  # fmt: skip


def as_json(view: View, vocabulary: Vocabulary) -> str:
    """Return a summary as one JSON object, indented, fields in a fixed order."""
    summary, names = view.summary, Names(vocabulary)
    lines = {block.ref: block.studies for block in view.blocks}
    found = {
        "format": FORMAT,
        "spinekg": view.setting.version,
        "extractors": list(view.setting.extractors),
        "illustrative": summary.illustrative,
        "question": _question(view, names),
        "searched": {
            "publications": view.setting.searched,
            "in_scope": view.setting.on_topic,
            "unread": view.setting.unread,
        },
        "headline": list(view.headline),
        "between": [_row(row, lines[row.ref], names) for group in view.between for row in group.rows],
        "within": [_row(row, lines[row.ref], names) for group in view.within for row in group.rows],
        "rates": [_rate(row) for _, rows in view.rates for row in rows],
        "studies": [asdict(study) for study in summary.studies],
        "publications": {item.pmid: _publication(item) for item in summary.publications},
        "claims": {
            item.claim_id: {"pmid": item.publication.pmid} | claim_to_contract(item.claim, item.claim_id)
            for item in summary.evidence
        },
        "left_out": [asdict(left) for left in summary.left_out],
        "elsewhere": [{"comparator_class": id, "studies": count} for id, count in summary.elsewhere],
        "related": [{"procedure": id, "publications": count} for id, count in view.setting.related],
        "accuracy": accuracy_json(view.setting.accuracy, summary.pico.technique, vocabulary),
        "limits": list(view.limits),
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _question(view: View, names: Names) -> dict[str, Any]:
    summary = view.summary
    kinds = {"technique": "procedure", "comparator": "procedure", "comparator_class": "comparator-class"}
    asked = {
        name: {"id": id, "label": names.label(kinds.get(name, name), id)} if id else None
        for name, id in asdict(summary.pico).items()
    }
    scheme = {
        "id": summary.scheme.id,
        "label": summary.scheme.label,
        "bands": [band.id for band in summary.scheme.bands],
    }
    return asked | {"follow_up_scheme": scheme, "include_retracted": summary.include_retracted}


def _row(row: Row, lines: Sequence[StudyLine], names: Names) -> dict[str, Any]:
    cell = row.cell
    counted = cell.counted
    return {
        "row": row.ref,
        "outcome": {"id": cell.outcome, "label": row.outcome},
        "comparator_class": cell.comparator_class,
        "against": row.contrast or row.against or None,
        "pair": list(cell.pair) if cell.pair else None,
        "comparators": _union(result.comparators for result in cell.results),
        "follow_up": {"id": cell.band.id, "label": row.follow_up},
        "tally": {direction: _numbers(cell.of(direction)) for direction in DIRECTIONS},
        "participants": {
            "total": cell.participants,
            "studies_without": cell.without_participants,
            "claim_ids": _claims(counted),
        },
        "designs": {
            design: _numbers([result for result in counted if result.design == design])
            for design in dict.fromkeys(result.design for result in counted)
        },
        "sign_test": _sign_test(cell.sign_test)
        | {"claim_ids": _claims([result for result in counted if result.direction in ("better", "worse")])},
        "by_indication": [
            {
                "id": part.indication,
                "label": names.label("indication", part.indication),
                "tally": {
                    direction: _numbers(
                        [r for r in part.results if r.standing == "counted" and r.direction == direction]
                    )
                    for direction in DIRECTIONS
                },
            }
            for part in cell.parts
        ],
        "results": [_result(result, line) for result, line in zip(cell.results, lines, strict=True)],
    }


def _numbers(results: Sequence[StudyResult]) -> dict[str, Any]:
    """Return a number of studies with what is behind it."""
    return {
        "studies": len(results),
        "pmids": _union(result.pmids for result in results),
        "claim_ids": _claims(results),
    }


def _claims(results: Iterable[StudyResult]) -> list[str]:
    return [id for result in results for id in result.claim_ids]


def _union(values: Iterable[Iterable[str]]) -> list[str]:
    return sorted({value for some in values for value in some})


def _sign_test(test: SignTest) -> dict[str, Any]:
    return {
        "better": test.better,
        "worse": test.worse,
        "n": test.n,
        "p": test.p,
        "share_better": test.share_better,
        "interval_95": list(test.interval) if test.interval else None,
        "remark": wording()["notes"]["too_few"] if test.p is None else None,
    }


def _result(result: StudyResult, line: StudyLine) -> dict[str, Any]:
    return {
        "study": result.study,
        "standing": result.standing,
        "direction": result.direction,
        "design": result.design,
        "participants": result.participants,
        "pmids": list(result.pmids),
        "claim_ids": list(result.claim_ids),
        "turned_claim_ids": [seen.evidence.claim_id for seen in result.claims if seen.turned],
        "comparators": list(result.comparators),
        "indications": list(result.indications),
        "flags": list(line.flags),
    }


def _rate(row: RateRow) -> dict[str, Any]:
    rate = row.rate
    return {
        "row": row.ref,
        "outcome": {"id": rate.outcome, "label": row.outcome},
        "procedure": rate.seen.procedure,
        "follow_up": [band.id for band in rate.bands],
        "direction": rate.seen.direction,
        "as_written": rate.seen.claim.effect,
        "events": rate.events,
        "total": rate.total,
        "participants": rate.participants,
        "standing": rate.standing,
        "pmids": [rate.seen.evidence.publication.pmid],
        "claim_ids": [rate.seen.evidence.claim_id],
        "flags": list(row.study.flags),
    }


def _publication(publication: Publication) -> dict[str, Any]:
    return {name: value for name, value in asdict(publication).items() if name != "pmid"}


def as_csv(view: View) -> str:
    """Return a summary as CSV: a row per cell and, after it, one per condition; then a row per rate."""
    out = io.StringIO()
    write_rows(COLUMNS, as_rows(view), out)
    return out.getvalue()


def as_rows(view: View) -> tuple[tuple[Cell, ...], ...]:
    """Return a summary as rows of ``COLUMNS``: those of its CSV."""
    rows = [
        *(line for row in view.rows for line in _csv_rows(row)),
        *(_csv_rate(r) for _, rs in view.rates for r in rs),
    ]
    return tuple(tuple(values.get(name) for name in COLUMNS) for values in rows)


def _csv_rows(row: Row) -> Iterator[dict[str, Cell]]:
    cell = row.cell
    first, second = cell.pair or (None, None)
    shared: dict[str, Cell] = {
        "row": row.ref,
        "basis": cell.basis,
        "outcome": cell.outcome,
        "outcome_label": row.outcome,
        "comparator_class": cell.comparator_class,
        "first_side": first,
        "second_side": second,
        "comparators": _joined(_union(result.comparators for result in cell.results)),
        "follow_up": cell.band.id,
        "follow_up_label": row.follow_up,
    }
    test: dict[str, Cell] = {"sign_test_n": cell.sign_test.n, "sign_test_p": cell.sign_test.p}
    yield shared | {"indication": "all", "not_counted": row.listed} | _csv_numbers(cell.results) | test
    for part in cell.parts:
        yield shared | {"indication": part.indication} | _csv_numbers(part.results)


def _csv_numbers(results: Sequence[StudyResult]) -> dict[str, Cell]:
    counted = [result for result in results if result.standing == "counted"]
    designs = dict.fromkeys(result.design for result in counted)
    counts: dict[str, Cell] = {
        direction.replace("-", "_"): sum(result.direction == direction for result in counted)
        for direction in DIRECTIONS
    }
    return counts | {
        "studies": len(counted),
        "participants": sum(result.participants or 0 for result in counted),
        "studies_without_participants": sum(result.participants is None for result in counted),
        "designs": _joined(f"{design} {sum(r.design == design for r in counted)}" for design in designs),
        "pmids": _joined(_union(result.pmids for result in counted)),
        "claim_ids": _joined(_claims(counted)),
        "illustrative": any(p.illustrative for result in results for p in result.publications),
    }


def _csv_rate(row: RateRow) -> dict[str, Cell]:
    rate = row.rate
    publication = rate.seen.evidence.publication
    return {
        "row": row.ref,
        "basis": "rate",
        "outcome": rate.outcome,
        "outcome_label": row.outcome,
        "follow_up": _joined(band.id for band in rate.bands),
        "follow_up_label": row.follow_up,
        "indication": _joined(rate.seen.claim.indications),
        "participants": rate.participants,
        "designs": publication.design,
        "not_counted": "" if rate.standing == "counted" else rate.standing,
        "as_written": rate.seen.claim.effect or rate.seen.direction,
        "events": rate.events,
        "total": rate.total,
        "pmids": publication.pmid,
        "claim_ids": rate.seen.evidence.claim_id,
        "illustrative": publication.illustrative,
    }


def _joined(values: Iterable[str]) -> str:
    return "; ".join(values)
